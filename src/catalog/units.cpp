#include "catalog/units.h"

namespace ridgeline::catalog {

namespace {

std::vector<Unit> flop_rates() {
  return {{"FLOP/s", 1}, {"MFLOP/s", 1e6}, {"GFLOP/s", 1e9}, {"TFLOP/s", 1e12}, {"PFLOP/s", 1e15}};
}

std::vector<Unit> op_rates() {
  std::vector<Unit> units = flop_rates();
  for (const Unit unit : {Unit{"OP/s", 1}, Unit{"MOP/s", 1e6}, Unit{"GOP/s", 1e9}, Unit{"TOPS", 1e12}})
    units.push_back(unit);
  return units;
}

std::vector<Unit> byte_rates() { return {{"B/s", 1}, {"MB/s", 1e6}, {"GB/s", 1e9}, {"TB/s", 1e12}}; }

std::vector<Unit> byte_and_bit_rates() {
  std::vector<Unit> units = byte_rates();
  units.push_back({"Gb/s", 1e9 / 8});
  return units;
}

bool is_integer(Precision p) { return p == Precision::int8 || p == Precision::int4; }

}  // namespace

const Measure& peak_of(Precision precision) {
  static const Measure floating{"a compute rate", "dense", flop_rates()};
  static const Measure integer{"a compute rate", "dense", op_rates()};
  return is_integer(precision) ? integer : floating;
}

const Measure& sparse_peak_of(Precision precision) {
  static const Measure floating{"a compute rate", "sparse", flop_rates()};
  static const Measure integer{"a compute rate", "sparse", op_rates()};
  return is_integer(precision) ? integer : floating;
}

const Measure& capacity() {
  static const Measure measure{"a size",
                               "device",
                               {{"B", 1},
                                {"kB", 1e3},
                                {"MB", 1e6},
                                {"GB", 1e9},
                                {"TB", 1e12},
                                {"KiB", 1024.0},
                                {"MiB", 1048576.0},
                                {"GiB", 1073741824.0},
                                {"TiB", 1099511627776.0}}};
  return measure;
}

const Measure& memory_bandwidth() {
  static const Measure measure{"a bandwidth", "device", byte_rates()};
  return measure;
}

const Measure& link_bandwidth() {
  static const Measure measure{"a bandwidth", "direction", byte_and_bit_rates()};
  return measure;
}

const Measure& latency() {
  static const Measure measure{"a time", "direction", {{"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}}};
  return measure;
}

const Measure& compute_units() {
  static const Measure measure{"a count of processors", "device", {{"core", 1}, {"SM", 1}, {"CU", 1}}};
  return measure;
}

const Measure& power() {
  static const Measure measure{"a power", "device", {{"W", 1}, {"mW", 1e-3}, {"kW", 1e3}}};
  return measure;
}

const Measure& price() {
  static const Measure measure{"a price", "device", {{"USD", 1}}};
  return measure;
}

std::string any_of(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace ridgeline::catalog
