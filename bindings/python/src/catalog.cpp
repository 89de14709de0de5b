#include "python.h"
#include "ridgeline/report.h"

namespace ridgeline::python {
namespace {

cli::Context& shared_context() {
  static cli::Context context;
  return context;
}

std::shared_ptr<const Catalog> shared_catalog() {
  static std::shared_ptr<const Catalog> catalog;
  if (!catalog) catalog = std::make_shared<const Catalog>(value_of(cli::load_catalog(shared_context())));
  return catalog;
}

std::optional<double> parameters_of(const CatalogModel& model) {
  return count_parameters(*model.entry).total;
}

}  // namespace

const cli::Context& context() { return shared_context(); }

void bind_catalog(nb::module_& m) {
  nb::class_<CatalogModel>(m, "Model", "An architecture of the catalog; never a time.")
      .def_prop_ro(
          "id", [](const CatalogModel& c) { return c.entry->id; }, "Its name in the catalog")
      .def_prop_ro(
          "name", [](const CatalogModel& c) { return c.entry->name; }, "As its publisher writes it")
      .def_prop_ro(
          "aliases", [](const CatalogModel& c) { return c.entry->aliases; }, "Other names it is found by")
      .def_prop_ro(
          "task", [](const CatalogModel& c) { return c.entry->task; }, "Such as 'text generation'")
      .def_prop_ro(
          "note", [](const CatalogModel& c) { return c.entry->note; }, "What a reader must know")
      .def_prop_ro("parameters", parameters_of, "Parameters that the architecture implies, a number")
      .def_prop_ro(
          "generates", [](const CatalogModel& c) { return generates(*c.entry); },
          "Whether each sequence of a pass yields a token")
      .def("_json", [](const CatalogModel& c) { return report::json(*c.entry); })
      .def("__str__", [](const CatalogModel& c) { return report::text(*c.entry); })
      .def("__repr__", [](const CatalogModel& c) { return "Model(" + c.entry->id + ")"; })
      .def(
          "__eq__", [](const CatalogModel& a, const CatalogModel& b) { return a.entry->id == b.entry->id; },
          nb::is_operator(), nb::sig("def __eq__(self, other: object, /) -> bool"))
      .def("__hash__", [](const CatalogModel& c) { return std::hash<std::string>()(c.entry->id); });

  nb::class_<CatalogHardware>(m, "Device", "An accelerator, CPU or SoC of the catalog.")
      .def_prop_ro(
          "id", [](const CatalogHardware& c) { return c.entry->id; }, "Its name in the catalog")
      .def_prop_ro(
          "name", [](const CatalogHardware& c) { return c.entry->name; }, "As its vendor writes it")
      .def_prop_ro(
          "aliases", [](const CatalogHardware& c) { return c.entry->aliases; }, "Other names it is found by")
      .def_prop_ro(
          "vendor", [](const CatalogHardware& c) { return c.entry->vendor; }, "Who makes it")
      .def_prop_ro(
          "tier", [](const CatalogHardware& c) { return c.entry->tier; },
          "datacenter, workstation, edge, mobile, tiny or host")
      .def_prop_ro(
          "year", [](const CatalogHardware& c) { return c.entry->year; }, "Of its release")
      .def_prop_ro(
          "note", [](const CatalogHardware& c) { return c.entry->note; }, "What a reader must know")
      .def_prop_ro(
          "peak",
          [](const CatalogHardware& c) {
            nb::dict peaks;
            for (const auto& [precision, peak] : c.entry->peak)
              peaks[std::string(to_string(precision)).c_str()] = peak.value.value();
            return nb::typed<nb::dict, nb::str, double>(peaks);
          },
          "Dense peak by precision, FLOP/s")
      .def_prop_ro(
          "memory_bandwidth",
          [](const CatalogHardware& c) { return c.entry->memory.bandwidth->value.value(); },
          "Of the main memory, B/s")
      .def_prop_ro(
          "memory_capacity", [](const CatalogHardware& c) { return c.entry->memory.capacity->value.value(); },
          "Of the main memory, B")
      .def_prop_ro(
          "tdp",
          [](const CatalogHardware& c) {
            return c.entry->tdp ? std::optional(c.entry->tdp->value.value()) : std::nullopt;
          },
          "Thermal design power, W; None: unknown")
      .def_prop_ro(
          "price",
          [](const CatalogHardware& c) {
            return c.entry->price ? std::optional(c.entry->price->value.value()) : std::nullopt;
          },
          "USD; None: unknown")
      .def("_json", [](const CatalogHardware& c) { return report::json(*c.entry); })
      .def("__str__", [](const CatalogHardware& c) { return report::text(*c.entry); })
      .def("__repr__", [](const CatalogHardware& c) { return "Device(" + c.entry->id + ")"; })
      .def(
          "__eq__",
          [](const CatalogHardware& a, const CatalogHardware& b) { return a.entry->id == b.entry->id; },
          nb::is_operator(), nb::sig("def __eq__(self, other: object, /) -> bool"))
      .def("__hash__", [](const CatalogHardware& c) { return std::hash<std::string>()(c.entry->id); });

  m.def(
      "set_data", [](const std::string& folder) { shared_context().data_dir = folder; }, nb::arg("folder"),
      "Where the catalog is. Before anything reads it.");
  m.def(
      "find_model",
      [](const std::string& name) {
        const auto catalog = shared_catalog();
        return CatalogModel{catalog, value_of(catalog->model(name))};
      },
      nb::arg("name"), "A model by its id or an alias, in any letter case.");
  m.def(
      "find_hardware",
      [](const std::string& name) {
        const auto catalog = shared_catalog();
        return CatalogHardware{catalog, value_of(catalog->hardware(name))};
      },
      nb::arg("name"), "A device by its id or an alias, in any letter case.");
  m.def(
      "models",
      [] {
        const auto catalog = shared_catalog();
        std::vector<CatalogModel> all;
        for (const Model& model : catalog->all_models()) all.push_back({catalog, &model});
        return all;
      },
      "All models, sorted by id.");
  m.def(
      "devices",
      [] {
        const auto catalog = shared_catalog();
        std::vector<CatalogHardware> all;
        for (const Hardware& hardware : catalog->all_hardware()) all.push_back({catalog, &hardware});
        return all;
      },
      "All devices, sorted by id.");
}

}  // namespace ridgeline::python
