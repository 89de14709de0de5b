#include "ridgeline/training.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "folder.h"
#include "ridgeline/calibration.h"

namespace ridgeline {
namespace {

using testing::HasSubstr;

const Catalog& catalog() {
  static const Catalog loaded = *Catalog::load(RIDGELINE_DATA_DIR);
  return loaded;
}
const Hardware& device(const char* id) { return **catalog().hardware(id); }

TrainingCoefficients coefficients(const char* id) {
  static const auto calibrations = *Calibrations::load(RIDGELINE_DATA_DIR "/calibration/serving.yaml");
  static const auto kernels = *KernelCalibrations::load(RIDGELINE_DATA_DIR "/calibration/kernels");
  return *load_training_coefficients(RIDGELINE_DATA_DIR "/training/coefficients.yaml", device(id),
                                     calibrations.find(device(id), "", "", "").calibration, kernels);
}

/// A transformer as Megatron-LM's: four times as wide inside, one projection in.
Model megatron(unsigned layers, unsigned hidden, unsigned heads) {
  Transformer t;
  t.layers = layers;
  t.hidden = hidden;
  t.heads = t.kv_heads = heads;
  t.head_dim = hidden / heads;
  t.ffn = 4 * hidden;
  t.gated_ffn = false;
  t.vocab = 51200;
  t.tied_embeddings = true;
  Model model;
  model.id = "test";
  model.architecture = t;
  return model;
}

TrainingPlan as_then() {
  TrainingPlan plan;
  plan.attention = AttentionCore::separate;
  plan.dropout = true;
  return plan;
}

TrainingStep step_of(const Model& model, const TrainingPlan& plan, const char* id = "a100-sxm-80gb") {
  auto step = predict_training(model, device(id), plan, coefficients(id));
  EXPECT_TRUE(step) << step.error().message;
  return step ? *step : TrainingStep();
}

// Megatron-LM on A100, published: each step within 8 %, on one coefficient of which half of them know
// nothing.
TEST(Training, PublishedStepsAndActivations) {
  const auto rows = read_training_rows(RIDGELINE_TEST_DIR "/../validation/training/megatron-a100.csv");
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_EQ(rows->size(), 8U);
  const auto errors = validate_training(*rows, catalog(), coefficients("a100-sxm-80gb"));
  ASSERT_TRUE(errors) << errors.error().message;
  for (const TrainingError& error : *errors) {
    EXPECT_LT(std::abs(error.time), 0.08) << error.row.label;
    EXPECT_LT(std::abs(error.activations.value_or(0)), 0.005) << error.row.label;
  }
  const auto fit = fit_training(*rows, catalog(), coefficients("a100-sxm-80gb"));
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_EQ(fit->rows, 4U);
  EXPECT_NEAR(fit->value, coefficients("a100-sxm-80gb").sustained, 5e-4);
}

// Korthikanti et al., arXiv:2205.05198: equations 2 (a layer under tensor parallelism), 4 (and sequence
// parallelism), and their selective and full recomputation.
TEST(Training, ActivationsAreThePapersFormula) {
  RandomStream random(7, "activations");
  for (int i = 0; i < 100; ++i) {
    TrainingPlan plan = as_then();
    plan.tensor = 1U << random.below(4);
    const unsigned heads = 8 * (1 + static_cast<unsigned>(random.below(8))), hidden = heads * 128;
    plan.micro_batch = 1 + static_cast<unsigned>(random.below(4));
    plan.batch = plan.micro_batch * 3;
    plan.sequence = 256 * (1 + static_cast<unsigned>(random.below(8)));
    plan.sequence_parallel = random.below(2) == 1;
    plan.recompute = static_cast<Recompute>(random.below(3));
    const unsigned layers = 2 + static_cast<unsigned>(random.below(20));
    const double sbh = double(plan.sequence) * plan.micro_batch * hidden, t = plan.tensor;
    const double core = plan.recompute == Recompute::none ? 5.0 * heads * plan.sequence / hidden / t : 0;
    double layer = (plan.sequence_parallel ? 34 / t : 10 + 24 / t) + core;
    const double whole =
        (plan.sequence_parallel ? 34 / t : 10 + 24 / t) + 5.0 * heads * plan.sequence / hidden / t;
    double expected = sbh * layer * layers;
    if (plan.recompute == Recompute::full) {
      layer = plan.sequence_parallel ? 2 / t : 2;
      expected = sbh * (layer * layers + whole);  // one layer is whole while it is computed again
    }
    const TrainingStep step = step_of(megatron(layers, hidden, heads), plan);
    EXPECT_NEAR(step.memory.activations.value() / expected, 1, 1e-12);
  }
}

// The paper's model FLOPs: 72 B L s h^2 (1 + s / 6h + V / 12 h L); full recomputation adds a forward pass of
// the layers, selective the core of attention.
TEST(Training, FlopsAreThePapersFormula) {
  TrainingPlan plan = as_then();
  plan.tensor = 4;
  plan.pipeline = 2;
  plan.data = 2;
  plan.batch = 16;
  const double B = 16, L = 12, s = plan.sequence, h = 2048, V = 51200;
  const double layers = 72 * B * L * s * h * h * (1 + s / (6 * h)), head = 6 * B * s * h * V;
  const Model model = megatron(12, 2048, 16);
  EXPECT_NEAR(step_of(model, plan).model_flops.value() / (layers + head), 1, 1e-12);
  plan.recompute = Recompute::full;
  EXPECT_NEAR(step_of(model, plan).hardware_flops.value() / (layers * 4 / 3 + head), 1, 1e-12);
  plan.recompute = Recompute::selective;
  EXPECT_NEAR(step_of(model, plan).hardware_flops.value() / (layers + head + 4 * B * L * s * s * h), 1,
              1e-12);
}

TEST(Training, PartsAreTheTimeAndNothingBeatsTheRoofline) {
  RandomStream random(9, "plans");
  const char* const models[] = {"llama-3-8b", "mixtral-8x7b", "gpt-2-xl", "qwen-3-30b-a3b", "gpt-3-175b"};
  const char* const devices[] = {"a100-sxm-80gb", "h100-sxm-80gb", "mi300x", "b200-sxm-192gb"};
  int predicted = 0;
  for (int i = 0; i < 400; ++i) {
    const Model& model = **catalog().model(models[random.below(5)]);
    TrainingPlan plan;
    plan.tensor = 1U << random.below(4);
    plan.pipeline = 1U << random.below(3);
    plan.data = 1U << random.below(5);
    plan.expert = 1U << random.below(3);
    plan.interleave = plan.pipeline > 1 ? 1 + static_cast<unsigned>(random.below(2)) : 1;
    plan.zero = static_cast<unsigned>(random.below(4));
    plan.batch = plan.data * 8;
    plan.sequence_parallel = random.below(2) == 1;
    plan.recompute = static_cast<Recompute>(random.below(3));
    plan.attention = static_cast<AttentionCore>(random.below(2));
    const char* id = devices[random.below(4)];
    const auto step = predict_training(model, device(id), plan, coefficients(id));
    if (!step) continue;  // the plan does not suit the model
    ++predicted;
    EXPECT_NEAR(step->parts.total() / step->time, 1, 1e-12);
    EXPECT_GT(step->mfu, 0);
    EXPECT_LE(step->hfu, 1);
    EXPECT_LE(step->mfu, step->hfu);
    EXPECT_LE(step->hidden, step->parts.data_collectives);
    EXPECT_LT(step->interval->first, step->time);
    EXPECT_GT(step->interval->second, step->time);
  }
  EXPECT_GT(predicted, 100);
}

// p - 1 waits of a micro-batch's time on a stage, divided by the chunks.
TEST(Training, BubbleOfAPipeline) {
  TrainingPlan plan = as_then();
  plan.tensor = 8;
  plan.pipeline = 8;
  plan.batch = 64;
  const Model& model = **catalog().model("gpt-3-175b");
  const auto bubble = [&] {
    const TrainingParts parts = step_of(model, plan).parts;
    const Seconds others =
        parts.total() - parts.bubble - parts.head - parts.optimizer - parts.data_collectives;
    return parts.bubble / others;
  };
  EXPECT_NEAR(bubble(), 7.0 / 64, 1e-12);
  plan.interleave = 3;
  EXPECT_NEAR(bubble(), 7.0 / 3 / 64, 1e-12);
}

TEST(Training, ZeroDividesWhatEachRankKeeps) {
  TrainingPlan plan;
  plan.data = 8;
  plan.batch = 8;
  const Model& model = **catalog().model("llama-3-8b");
  const auto& t = std::get<Transformer>(model.architecture);
  // Norms are not counted: of 8 billion parameters 0.3 million.
  const double parameters = step_of(model, plan).parameters - (2.0 * t.layers + 1) * t.hidden;
  for (unsigned zero = 0; zero <= 3; ++zero) {
    plan.zero = zero;
    const TrainingMemory memory = step_of(model, plan).memory;
    EXPECT_NEAR(memory.optimizer.value(), 12 * parameters / (zero >= 1 ? 8 : 1), 1);
    EXPECT_NEAR(memory.gradients.value(), 4 * parameters / (zero >= 2 ? 8 : 1), 1);
    EXPECT_NEAR(memory.weights.value(), 2 * parameters / (zero >= 3 ? 8 : 1), 1);
  }
  plan.zero = 0;
  EXPECT_FALSE(step_of(model, plan).memory.fits());  // 18 bytes of 8 billion, and 80 GB
}

TEST(Training, ExpertsAreDividedOverDataRanks) {
  TrainingPlan plan;
  plan.data = 8;
  plan.batch = 8;
  const Model& model = **catalog().model("mixtral-8x7b");
  const auto& t = std::get<Transformer>(model.architecture);
  const double experts = 3.0 * t.hidden * t.moe->expert_ffn * t.moe->experts * t.layers;
  const Bytes whole = step_of(model, plan).memory.weights;
  plan.expert = 8;
  const TrainingStep divided = step_of(model, plan);
  EXPECT_NEAR((whole - divided.memory.weights).value(), 2 * experts * 7 / 8, 1);
  EXPECT_GT(divided.parts.expert_collectives, Seconds(0));
  // The same products, however the experts are divided.
  plan.expert = 1;
  EXPECT_NEAR(divided.model_flops / step_of(model, plan).model_flops, 1, 1e-12);
}

Economics rented_at(double dollars) {
  Economics e;
  e.rent = Sourced<Dollars>{Dollars(dollars), {ProvenanceKind::given, "test", ""}, {}};
  return e;
}

TEST(Training, ARunOfManySteps) {
  TrainingPlan plan;
  plan.data = 8;
  plan.batch = 64;
  plan.zero = 3;
  const TrainingStep step = step_of(**catalog().model("llama-3-8b"), plan, "h100-sxm-80gb");
  const Hardware& h100 = device("h100-sxm-80gb");
  const auto run = training_run(step, h100, 1e9, rented_at(2));
  ASSERT_TRUE(run);
  EXPECT_EQ(run->steps, std::ceil(1e9 / (64.0 * 2048)));
  EXPECT_NEAR(run->cost->value(), run->steps * step.time.value() * 8 * 2 / 3600, 1e-9);
  EXPECT_NEAR(run->energy->value(), run->time.value() * 8 * 700, 1);
  EXPECT_TRUE(run->energy_at_most);
  EXPECT_FALSE(run->carbon);
  EXPECT_FALSE(training_run(step, h100, 1e9, {})->cost);
  EXPECT_FALSE(training_run(step, h100, 0, {}));
  EXPECT_FALSE(training_run(step, h100, 1e9, rented_at(-1)));
}

TEST(Training, FailuresCostMoneyEnergyAndCarbon) {
  TrainingPlan plan;
  plan.data = 8;
  plan.batch = 64;
  plan.zero = 3;
  const TrainingStep step = step_of(**catalog().model("llama-3-8b"), plan, "h100-sxm-80gb");
  const Hardware& h100 = device("h100-sxm-80gb");
  Economics e;
  const Provenance here{ProvenanceKind::given, "test", ""};
  e.device_price = Sourced<Dollars>{Dollars(35064), here, {}};  // over 4 years of 8766 h: 1 USD an hour
  e.years = Sourced<double>{4, here, {}};
  e.electricity = Sourced<DollarsPerJoule>{dollars_per_kwh(0.2), here, {}};
  e.pue = Sourced<double>{1.25, here, {}};
  e.active = Sourced<Watts>{Watts(400), here, {}};
  e.carbon_per_joule = Sourced<double>{360 / joules_per_kwh, here, {}};
  e.embodied = Sourced<double>{35064, here, {}};  // 1 g an hour
  const FailureModel failures{.mtbf = Seconds(1e6), .checkpoint = Seconds(60), .restart = Seconds(300)};
  const auto run = training_run(step, h100, 1e9, e, failures);
  ASSERT_TRUE(run);
  const double hours = run->device_hours, kwh = hours * 0.4;
  EXPECT_NEAR(*run->of("capital").total, hours, 1e-9 * hours);
  EXPECT_NEAR(*run->of("electricity").total, kwh * 0.2, 1e-9 * hours);
  EXPECT_NEAR(*run->of("cooling").total, kwh * 0.25 * 0.2, 1e-9 * hours);
  EXPECT_NEAR(run->cost->value(), hours + kwh * 1.25 * 0.2, 1e-9 * hours);
  EXPECT_NEAR(run->energy->value(), kwh * 1.25 * 3.6e6, 1e-6 * kwh);
  EXPECT_FALSE(run->energy_at_most);
  EXPECT_NEAR(*run->carbon, kwh * 1.25 * 360 + hours, 1e-6 * hours);
  // What is lost is what a run without failures would not take.
  const auto calm = training_run(step, h100, 1e9, e);
  for (const TrainingCost& c : run->costs)
    EXPECT_NEAR(*c.lost, *c.total - *calm->of(c.part.key).total, 1e-9 * *c.total) << c.part.key;
  EXPECT_GT(*run->of("cost").lost, 0);
}

std::string complaint(const char* model, const TrainingPlan& plan) {
  const auto step = predict_training(**catalog().model(model), device("a100-sxm-80gb"), plan,
                                     coefficients("a100-sxm-80gb"));
  return step ? "" : step.error().message;
}

TEST(Training, RefusesPlansThatCannotBe) {
  TrainingPlan plan;
  EXPECT_EQ(complaint("resnet-50", plan),
            "training: resnet-50 is not a transformer over tokens, and no other is covered");
  EXPECT_EQ(complaint("deepseek-v3", plan),
            "training: deepseek-v3 has latent attention, which is not covered");
  plan.data = 3;
  plan.batch = 8;
  EXPECT_EQ(complaint("gpt-2-xl", plan),
            "training: batch is 8, and must be a multiple of data x micro_batch, 3");
  plan = {};
  plan.pipeline = 64;
  EXPECT_EQ(complaint("gpt-2-xl", plan),
            "training: 64 stages of 1 chunks are more than the 48 layers of gpt-2-xl");
  plan = {};
  plan.interleave = 2;
  EXPECT_EQ(complaint("gpt-2-xl", plan), "training: interleave is 2, and must be 1 without pipeline stages");
  plan.pipeline = 4;
  EXPECT_EQ(complaint("gpt-2-xl", plan),
            "training: interleave needs micro-batches, 1, that are a multiple of pipeline, 4");
  plan = {};
  plan.zero = 2;
  plan.pipeline = 2;
  EXPECT_THAT(complaint("gpt-2-xl", plan), HasSubstr("zero is 2, and must be 0 or 1 with pipeline stages"));
  plan = {};
  plan.data = plan.batch = plan.expert = 2;
  EXPECT_EQ(complaint("gpt-2-xl", plan), "training: expert is 2, and must be 1: the model has no experts");
  plan.data = plan.batch = plan.expert = 3;
  EXPECT_EQ(complaint("mixtral-8x7b", plan), "training: expert is 3, and must be a divisor of the 8 experts");
  plan = {};
  plan.sequence = 0;
  EXPECT_EQ(complaint("gpt-2-xl", plan), "training: sequence is 0, and must be 1 to 2^30");
  plan = {};
  plan.tensor = 3;
  EXPECT_THAT(complaint("gpt-2-xl", plan), HasSubstr("tensor is 3, and must divide the 25 heads"));
}

TEST(TrainingRows, SayWhatIsWrongWhere) {
  const Folder folder;
  const std::string head =
      "label,model,hardware,tensor,pipeline,interleave,data,batch,micro_batch,sequence,recompute,sequence_"
      "parallel,"
      "activations_gib,seconds,split\n";
  const auto complaint_of = [&](const std::string& row) {
    const auto rows = read_training_rows(folder.write("rows.csv", head + row));
    return rows ? "" : rows.error().message.substr(folder.path("rows.csv").size());
  };
  EXPECT_EQ(complaint_of("a,gpt-2,a100,1,1,1,1,1,1,8,none,no,,1,check\n"), "");
  EXPECT_EQ(complaint_of("a,gpt-2,a100,1,1,1,1,1,1,8,some,no,,1,check\n"),
            ":2: recompute is 'some', and must be none, selective or full");
  EXPECT_EQ(complaint_of("a,gpt-2,a100,1,1,1,1,1,1,8,none,on,,1,check\n"),
            ":2: sequence_parallel is 'on', and must be yes or no");
  EXPECT_EQ(complaint_of("a,gpt-2,a100,1,1,1,1,1,1,8,none,no,,0,check\n"), ":2: seconds must be above 0");
  EXPECT_EQ(complaint_of("a,gpt-2,a100,1,1,1,1,1,1,8,none,no,,1,\n"), ":2: split must be fit or check");
  EXPECT_EQ(complaint_of("a,gpt-2,a100,0,1,1,1,1,1,8,none,no,,1,fit\n"), ":2: 0 is not 1 to 2^30");
  EXPECT_THAT(complaint_of(""), HasSubstr("no rows"));
}

}  // namespace
}  // namespace ridgeline
