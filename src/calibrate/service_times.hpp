// Per model, how long the API takes: TTFT = base draw + uncached input / prefill speed + cached
// input / cached speed, and an output speed drawn per answer (docs/model.md, Service), from
// streamed answers that ended well. Base and output speed as p50 and p95 of lognormal
// distributions; where the values are clearly not lognormal, as the quantiles of the values.
// Answers of workloads that were sent late (MeasuringNoise) are left out.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "calibrate/lognormal_fit.hpp"
#include "calibrate/measuring_noise.hpp"
#include "ingest/record_log.hpp"
#include "results/calibration.hpp"

namespace sluice::calibrate {

// What is taken for true of a model where its records cannot tell, in tokens a second.
struct AssumedSpeeds {
  std::int64_t prefill_per_second = 1;
  std::int64_t cached_per_second = 1;
  std::string source;  // "the catalog", for people
};
// Of a model by its name in the records; none where nothing is known.
using SpeedsOf = std::function<std::optional<AssumedSpeeds>(const std::string& model)>;

class ServiceTimes {
 public:
  void begin_run() { noise_.begin_run(); }
  void add(const ingest::RecordRow& row);
  // Six a model: kTtftP50 to kOutputP95. In the order of the models' names.
  std::vector<Estimate> estimates(const SpeedsOf& assumed) const;
  // MeasuringNoise::late_text
  std::string late_text() const { return noise_.late_text(); }

 private:
  struct Answer {
    double ttft = 0;      // seconds, as measured
    double lasted = 0;    // seconds from first token to end
    double uncached = 0;  // tokens
    double cached = 0;
    double output = 0;
    double stretch = 0;    // MeasuringNoise::stretch
    std::size_t part = 0;  // MeasuringNoise::add
  };
  struct Model {
    std::vector<Answer> answers;
    std::int64_t not_streamed = 0;
    std::size_t late = 0;  // answers that were taken out of `answers`
  };
  void add_ttft(std::vector<Estimate>& to, const std::string& name, const Model& model,
                const std::optional<AssumedSpeeds>& assumed) const;
  void add_speed(std::vector<Estimate>& to, const std::string& name, const Model& model) const;
  // Tokens a second of single answers, and what the clock does to them.
  struct SpeedSamples {
    std::vector<Sample> samples;
    double variance = 0;  // that it adds to the logarithm, in the mean
    double shift = 0;     // by what share all may be off
    std::string reason;   // why they tell nothing; empty: they do
  };
  SpeedSamples speed_samples(const Model& model) const;
  static Model in_time(const Model& model, const std::vector<bool>& is_late);
  static std::string used_text(const LognormalFit& fit, const Model& model);
  std::string too_few(const Model& model, const std::string& without) const;
  std::vector<Sample> ttft_samples(const Model& model) const;

  std::map<std::string, Model> models_;
  MeasuringNoise noise_;
};

}  // namespace sluice::calibrate
