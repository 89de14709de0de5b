#include "versus/efficiency.h"

#include <algorithm>

namespace ridgeline::versus {
namespace {

constexpr std::array<std::string_view, 2> input_names{"power", "cost_per_hour"};

std::string_view output_name(const Evaluation& e) {
  return e.find("token_rate") ? "token_rate" : "throughput";
}

struct Row {
  std::string id;
  std::array<std::optional<double>, 2> inputs;
  std::optional<double> output;
};

Row row_of(const std::string& id, const Evaluation& e) {
  Row row;
  row.id = id;
  for (std::size_t i = 0; i < input_names.size(); ++i) row.inputs[i] = e.find(input_names[i])->value;
  row.output = e.find(output_name(e))->value;
  return row;
}

std::string why_unknown(const Evaluation& e, std::size_t input) {
  const std::string& reason = e.find(input_names[input])->reason;
  return reason.substr(reason.find(": ") == std::string::npos ? 0 : reason.find(": ") + 2);
}

/// The same terms for every device: those of a side but for what is of its own device.
Economics shared_terms(Economics e) {
  e.rent.reset();
  e.device_price.reset();
  return e;
}

std::vector<InputOutput> known(const std::vector<Row>& rows, std::size_t input) {
  std::vector<InputOutput> result;
  for (const Row& row : rows) {
    if (row.inputs[input] && row.output) result.push_back({row.id, *row.inputs[input], *row.output});
  }
  return result;
}

Result<Evaluation> evaluation_on(const Mission& m, const mission::Deployment& d, const Economics& terms) {
  RIDGELINE_TRY(work, work_of(m, d));
  return evaluation_of(work, d, terms);
}

}  // namespace

Radial radial_efficiency(const InputOutput& own, const std::vector<InputOutput>& all) {
  Radial best{1, own.id};
  double output = own.output;
  for (const InputOutput& other : all) {
    if (other.output < own.output) continue;
    const double theta = other.input / own.input;
    if (theta > best.theta || (theta == best.theta && other.output <= output)) continue;
    best = {theta, other.id};
    output = other.output;
  }
  return best;
}

std::vector<std::string> front_of(std::vector<InputOutput> all) {
  std::sort(all.begin(), all.end(), [](const InputOutput& x, const InputOutput& y) {
    if (x.input != y.input) return x.input < y.input;
    return x.output != y.output ? x.output > y.output : x.id < y.id;
  });
  std::vector<std::string> front;
  const InputOutput* last = nullptr;
  for (const InputOutput& device : all) {
    const bool twin = last && device.input == last->input && device.output == last->output;
    if (last && device.output <= last->output && !twin) continue;
    front.push_back(device.id);
    last = &device;
  }
  return front;
}

Efficiencies efficiencies(const std::array<const VersusSide*, 2>& sides,
                          const std::array<const Point*, 2>& points, const MissionData& data) {
  Efficiencies result;
  std::vector<Row> rows;
  std::array<Row, 2> own;
  for (std::size_t s = 0; s < 2; ++s) {
    own[s] = row_of(points[s]->deployment.hardware->id, points[s]->evaluation);
    rows.push_back(own[s]);
  }
  const Mission& mission = sides[0]->mission;
  const Economics terms = shared_terms(sides[0]->economics);
  const mission::Deployment& own_deployment = points[0]->deployment;
  for (const Hardware& device : data.catalog.all_hardware()) {
    if (device.tier == "host" || device.id == own[0].id || device.id == own[1].id) continue;
    const Calibration calibration =
        data.calibrations.find(device, mission.stack, "", own_deployment.model->id).calibration;
    const auto evaluation = evaluation_on(mission, own_deployment.on(device, calibration), terms);
    if (evaluation) {
      rows.push_back(row_of(device.id, *evaluation));
    } else {
      ++result.left_out;
    }
  }
  for (std::size_t input = 0; input < 2; ++input) {
    const std::vector<InputOutput> all = known(rows, input);
    for (std::size_t s = 0; s < 2; ++s) {
      ParetoEfficiency& e = result.sides[s][input];
      e.input = input_names[input];
      e.output = output_name(points[s]->evaluation);
      e.compared = all.size();
      e.front = front_of(all);
      if (own[s].inputs[input] && own[s].output) {
        const Radial radial = radial_efficiency({own[s].id, *own[s].inputs[input], *own[s].output}, all);
        e.theta = radial.theta;
        e.reference = radial.reference;
      } else {
        e.missing = why_unknown(points[s]->evaluation, input);
      }
    }
  }
  return result;
}

Efficiencies no_efficiencies(const std::array<const Point*, 2>& points) {
  Efficiencies result;
  for (std::size_t input = 0; input < 2; ++input) {
    for (std::size_t s = 0; s < 2; ++s) {
      ParetoEfficiency& e = result.sides[s][input];
      e.input = input_names[input];
      e.output = output_name(points[s]->evaluation);
      const Evaluation& evaluation = points[s]->evaluation;
      const bool known = row_of("", evaluation).inputs[input].has_value();
      e.missing = known ? "the front was not asked for" : why_unknown(evaluation, input);
    }
  }
  return result;
}

}  // namespace ridgeline::versus
