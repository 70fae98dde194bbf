// Writes the code that `sluice tune` prints to paste, of every published policy and of a few
// hundred points of what it searches, into a folder: 0.py and 0.ts, 1.py and 1.ts, ... The same
// code twice is written once. For snippets.test.mjs, which compiles them.
//
//   print_snippets FOLDER
#include <array>
#include <cstdio>
#include <fstream>
#include <set>
#include <string>

#include "experiment/tune_subject.hpp"
#include "report/tune_paste.hpp"
#include "stats/sobol.hpp"

namespace {

using namespace sluice;

constexpr std::uint32_t kPoints = 400;

// One with a timeout, processes and a queue, which all show in the code.
constexpr const char* kScenario = R"({
  "sluice": 1, "duration": "1m", "organization": { "tier": "start" },
  "clients": { "app": { "retry": "full-jitter", "processes": 4, "concurrency": 20,
                        "attempt_timeout": "90s" } },
  "workloads": [{ "name": "w", "model": "sonnet-5.5", "client": "app",
    "arrivals": { "type": "poisson", "rate": "60/min" }, "input": 1000, "output": 200,
    "deadline": "2m" }]
})";

class Snippets {
 public:
  Snippets(const TuneSubject& subject, std::string folder)
      : subject_(subject), folder_(std::move(folder)) {}

  // A design that the scenario refuses is never printed either.
  void add(const ClientDesign& design) {
    const auto loaded = subject_.load(design);
    if (!loaded) return;
    TuneResult result;
    result.scenario = "snippets";
    result.chosen = design;
    result.chosen_text = text_of(design);
    result.client_json = subject_.json(design);
    subject_.describe(*loaded, result);
    const std::string python = python_code(result);
    if (!seen_.insert(python.substr(python.find('\n'))).second) return;
    const std::string name = folder_ + "/" + std::to_string(seen_.size() - 1);
    std::ofstream(name + ".py") << python;
    std::ofstream(name + ".ts") << typescript_code(result);
  }
  std::size_t count() const { return seen_.size(); }

 private:
  const TuneSubject& subject_;
  std::string folder_;
  std::set<std::string> seen_;  // but for the first line, which names the policy
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto text = ScenarioText::of(kScenario, "snippets", {.whole_catalog = true});
  if (!text) return 1;
  const auto subject = TuneSubject::open(*text, "");
  if (!subject) return 1;
  const TuneSpace space{.fallback = "haiku-5.5", .in_stream = true};
  Snippets snippets(*subject, argv[1]);
  for (const ClientDesign& design : preset_designs(subject->client(), space)) snippets.add(design);
  const stats::Sobol points(static_cast<int>(kTuneDimensions));
  for (std::uint32_t i = 0; i < kPoints; ++i) {
    std::array<double, kTuneDimensions> point{};
    for (std::size_t d = 0; d < kTuneDimensions; ++d) {
      point[d] = stats::Sobol::unit(points.at(i, static_cast<int>(d)));
    }
    snippets.add(design_at(point, subject->client(), space));
  }
  std::printf("%zu\n", snippets.count());
  return 0;
}
