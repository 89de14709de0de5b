// Rows with what they share against every point predicted by itself: the same bytes.

#include "explore/rows.h"

#include <cstring>
#include <random>

#include "studies.h"

namespace ridgeline::testing {
namespace {

using namespace studies;

Tally one_by_one(const Study& s) {
  Tally tally(s);
  Evaluator evaluator(s);
  for (std::uint64_t i = 0; i < s.points(); ++i) tally.add(s, i, digits_of(s, i), evaluator.evaluate(i));
  return tally;
}

/// In ranges that begin and end anywhere.
Tally by_rows(const Study& s, std::mt19937& random) {
  Tally tally(s);
  RowScreen rows(s);
  for (std::uint64_t at = 0; at < s.points();) {
    const std::uint64_t end = std::min(s.points(), at + 1 + random() % 97);
    rows.screen(at, end, tally);
    at = end;
  }
  return tally;
}

void expect_same_bits(const Archive& a, const Archive& b) {
  const auto left = a.sorted(), right = b.sorted();
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t i = 0; i < left.size(); ++i)
    EXPECT_EQ(0, std::memcmp(left[i].keys.data(), right[i].keys.data(), sizeof(Keys))) << i;
}

Tally expect_same(const Study& s, std::mt19937& random) {
  const Tally expected = one_by_one(s), actual = by_rows(s, random);
  EXPECT_EQ(write_journal(s, expected), write_journal(s, actual));  // counts, errors, indices
  expect_same_bits(expected.front(), actual.front());
  for (std::size_t i = 0; i < s.constraints.size(); ++i)
    expect_same_bits(expected.without[i], actual.without[i]);
  return expected;
}

/// One or two values of each list, at random.
class RandomStudy {
 public:
  explicit RandomStudy(std::mt19937& random) : random_(random) {}

  std::string serving() {
    text_ = "workload: {}\nspace:\n";
    deployment();
    if (random_() % 2 == 0) {
      some("prefill_replicas", {"0", "1", "3"});
      some("prefill_tp", {"1", "2"});
    }
    if (random_() % 4 == 0) some("memory_fraction", {"0.5", "0.92"});
    if (random_() % 4 == 0) some("price_per_hour", {"1", "2.5"});
    some("isl", {"128", "1000", "7000", "60000"});
    some("osl", {"2", "31", "1024"});
    some("max_batch", {"1", "7", "100"});
    some("concurrency", {"1", "3", "10", "77", "1500", "20000"}, 4);
    conditions({"concurrency <= 20 * isl", "replicas * concurrency != 10", "concurrency >= 4 * devices"});
    text_ += "objectives: [" +
             any({"{maximise: tokens_per_device}, {maximise: tokens_per_user}",
                  "{minimise: ttft}, {minimise: memory}, {minimise: cost_per_mtok}",
                  "{minimise: cost_per_mtok}"}) +
             "]\n";
    text_ +=
        "constraints: [" +
        any({"ttft < 1s", "tpot < 40ms, ttft < 2s", "memory < 70 GB, tpot < 30ms", "cost_per_mtok < 3 USD"}) +
        "]\n";
    return text_ + "uncertainty: {draws: 0, sensitivity: false}\n";
  }
  std::string passes() {
    text_ = "space:\n";
    deployment();
    some("context", {"0", "100", "9000", "200000"});
    some("batch", {"1", "2", "30", "500", "9000"}, 4);
    conditions({"batch >= replicas", "batch * tp != 2", "devices <= 2 * batch"});
    text_ += "objectives: [" +
             any({"{maximise: throughput_per_device}, {minimise: latency}",
                  "{maximise: mfu}, {minimise: memory}, {minimise: latency}"}) +
             "]\n";
    text_ += "constraints: [" + any({"latency < 20ms", "memory < 40 GB, latency < 100ms"}) + "]\n";
    return text_ + "uncertainty: {draws: 0, sensitivity: false}\n";
  }

 private:
  std::string any(const std::vector<std::string>& of) { return of[random_() % of.size()]; }
  void some(const std::string& axis, std::vector<std::string> of, std::size_t most = 2) {
    std::shuffle(of.begin(), of.end(), random_);
    of.resize(1 + random_() % std::min(most, of.size()));
    text_ += "  " + axis + ": [";
    for (std::size_t i = 0; i < of.size(); ++i) text_ += (i > 0 ? ", " : "") + of[i];
    text_ += "]\n";
  }
  void deployment() {
    const bool models = random_() % 3 == 0;
    text_ =
        (models ? "" : "model: " + any({"llama-3.1-8b", "mixtral-8x7b", "gpt-2-xl", "deepseek-v3"}) + "\n") +
        text_;
    if (models) some("model", {"llama-3.1-8b", "llama-3.1-70b", "qwen-3-32b"});
    if (random_() % 4 == 0) some("model.layers", {"8", "24", "48"});
    some("hardware", {"h100", "l4", "a100", "mi300x", "rtx-4090"});
    if (random_() % 2 == 0) some("hardware.memory.bandwidth", {"x0.5", "x1", "x2"});
    if (random_() % 2 == 0) some("hardware.price", {"x1", "x3", "20000 USD"});
    some("precision", {"fp16", "fp8", "fp4"});
    if (random_() % 4 == 0) some("kv_cache", {"fp16", "fp8"});
    some("tp", {"1", "2", "3", "8"});
    some("pp", {"1", "2"});
    some("dp", {"1", "2", "4"});
    some("replicas", {"1", "2", "5"});
  }
  void conditions(const std::vector<std::string>& of) {
    text_ += "conditions: [" + (random_() % 3 == 0 ? "" : "devices <= 16, " + any(of)) + "]\n";
  }

  std::mt19937& random_;
  std::string text_;
};

TEST(Rows, SayWhatEveryPointByItselfSays) {
  std::mt19937 random(7);
  Tally all(study(serving_space + two_objectives));  // for its counts
  std::uint64_t predicted = 0;
  for (int i = 0; i < 60; ++i) {
    const std::string text = i % 2 == 0 ? RandomStudy(random).serving() : RandomStudy(random).passes();
    SCOPED_TRACE(text);
    const Study s = study(text);
    if (s.axes.empty()) return;
    const Tally tally = expect_same(s, random);
    all.excluded += tally.excluded;
    all.does_not_fit += tally.does_not_fit;
    all.failed += tally.failed;
    predicted += tally.feasible + tally.fell + tally.untold;
  }
  for (const std::uint64_t fate : {all.excluded, all.does_not_fit, all.failed, predicted})
    EXPECT_GT(fate, 100U);
}

/// More deployments between two replicas than are kept at a time.
TEST(Rows, ForgetDeploymentsAndMakeThemAnew) {
  std::mt19937 random(8);
  expect_same(study("model: llama-3.1-8b\nspace:\n  hardware: h100\n  replicas: [1, 2]\n"
                    "  isl: {from: 100, to: 1500, step: 10}\n  concurrency: [1, 50]\n" +
                    two_objectives),
              random);
  expect_same(study("model: llama-3.1-8b\nspace:\n  hardware: h100\n  replicas: [1, 2]\n"
                    "  context: {from: 100, to: 1500, step: 10}\n  batch: [1, 50, 50000]\n"
                    "objectives: [{minimise: latency}]\n"),
              random);
}

TEST(Rows, KnowModelsPrefillWorkersAndPrices) {
  std::mt19937 random(11);
  // Five key/value heads are an error, one prefill device does not hold the larger model, and conditions on
  // devices depend on replicas, which are ahead of axes of the deployment.
  const Tally tally = expect_same(
      study("workload: {isl: 700, osl: 60}\nspace:\n  model: [llama-3.1-8b, llama-3.1-70b]\n"
            "  model.kv_heads: [4, 5, 8]\n  hardware: [h100, l4]\n  kv_cache: [fp16, fp8]\n"
            "  tp: [1, 4]\n  replicas: [1, 2]\n  prefill_replicas: [0, 1]\n  prefill_tp: [1, 4]\n"
            "  memory_fraction: [0.5, 0.9]\n  price_per_hour: [1, 3]\n  concurrency: [1, 50]\n"
            "conditions: [devices <= 8, devices * concurrency != 50]\n"
            "objectives: [{minimise: cost_per_mtok}, {minimise: ttft}]\nconstraints: [memory < 60GB]\n"),
      random);
  EXPECT_GT(tally.failed, 0U);
  EXPECT_GT(tally.does_not_fit, 0U);
  EXPECT_GT(tally.excluded, 0U);
  EXPECT_GT(tally.feasible, 0U);
}

TEST(Rows, KnowSizesOfPasses) {
  std::mt19937 random(12);
  expect_same(study("model: llama-3.1-8b\nspace: {hardware: h100, model.layers: [8, 16, 400], batch: [1, "
                    "64], replicas: [1, 2],\n"
                    "  kv_cache: [fp16, fp8], context: [100, 90000]}\n"
                    "objectives: [{maximise: throughput}, {minimise: latency}]\n"),
              random);
}

/// A study that was not read from a file may have loads that are refused for themselves.
TEST(Rows, LeaveSenselessLoadsToThePointsThemselves) {
  std::mt19937 random(9);
  Study s = study(serving_space + two_objectives);
  for (StudyAxis& axis : s.axes) {
    if (axis.kind == AxisKind::concurrency) axis.values[1].number = 0.25;
  }
  const Tally tally = by_rows(s, random);
  EXPECT_GT(tally.failed, 0U);
  expect_same(s, random);
}

}  // namespace
}  // namespace ridgeline::testing
