// A small config of every kind of field, for the tests of descriptions.
#pragma once

#include "describe/describe.hpp"

namespace things {

enum class Colour { kRed, kGreen };

struct Fixed {
  std::int64_t tokens = 1;
};
struct Lognormal {
  std::int64_t p50 = 0;
  std::int64_t p95 = 0;
};
struct Uniform {
  std::int64_t min = 0;
  std::int64_t max = 10;
};
struct Free {};
using Sizes = std::variant<Fixed, Lognormal, Uniform, Free>;

struct Everything {
  std::string preset = "small";
  bool on = true;
  std::int64_t count = 3;
  std::int32_t small = 4;
  std::uint64_t seed = 1;
  std::int64_t tokens = 8000;
  std::int64_t permille = 1500;
  std::int64_t ppm = 500'000;
  std::int64_t limit = std::numeric_limits<std::int64_t>::max();
  Colour colour = Colour::kRed;
  sluice::Duration wait = sluice::seconds(30);
  sluice::Duration longest{std::numeric_limits<std::int64_t>::max()};
  sluice::Fraction share = sluice::Fraction::percent(5);
  sluice::Rate rate{.count = 20, .per = sluice::seconds(1)};
  sluice::Money budget = sluice::Money::from_dollars(100);
  sluice::UnixTime start{0};
  sluice::CivilDate as_of{.year = 2026, .month = 11, .day = 20};
  std::optional<sluice::Money> cap;
  std::vector<std::int64_t> steps{1, 2};
  std::vector<std::pair<std::string, Sizes>> named;
  Sizes input = Fixed{100};
  sluice::describe::Value extra = sluice::describe::Value::object();
};

struct Needy {
  std::string name;
  std::int64_t value = 0;
  Lognormal detail{.p50 = 100'000'000'000'000'000, .p95 = 200'000'000'000'000'000};
};

inline void describe(sluice::describe::Fields& v, Fixed& f) {
  v.type("sizes.fixed", "Always the same.").shorthand("tokens");
  v.field("tokens", f.tokens, "how many").tokens().at_least(0).required();
}
inline void describe(sluice::describe::Fields& v, Lognormal& f) {
  v.type("sizes.lognormal", "Skewed.");
  v.field("p50", f.p50, "median").tokens().required();
  v.field("p95", f.p95, "95th percentile").tokens().required();
}
inline void validate(const Lognormal& f, sluice::describe::Problems& problems) {
  if (f.p95 < f.p50) problems.add("/p95", "must be at least p50");
}
inline void describe(sluice::describe::Fields& v, Uniform& f) {
  v.type("sizes.uniform", "Every size alike.");
  v.field("min", f.min, "smallest");
  v.field("max", f.max, "largest");
}
// A template is a description, too.
template <class Visitor>
void describe(Visitor& v, Free&) {
  v.type("sizes.free", "Nothing to say.");
}

inline void describe(sluice::describe::Fields& v, Everything& e) {
  v.type("everything", "One field of each kind.");
  v.field("preset", e.preset, "where to start from").not_empty().on_given([&e] {
    if (e.preset == "large") e.count = 30;
  });
  v.field("on", e.on, "is it on");
  v.field("count", e.count, "how many | how often").range(std::int64_t{1}, std::int64_t{100});
  v.field("small", e.small, "a narrow integer");
  v.field("seed", e.seed, "any 64 bits");
  v.field("tokens", e.tokens, "size").tokens().positive();
  v.field("permille", e.permille, "factor").permille().at_least(0).at_most(10'000);
  v.field("ppm", e.ppm, "fine factor").ppm();
  v.field("limit", e.limit, "most").or_unlimited().at_least(0);
  v.field("colour", e.colour, "which");
  v.field("wait", e.wait, "how long").range(sluice::milliseconds(1), sluice::hours(1));
  v.field("longest", e.longest, "at most this long").or_unlimited();
  v.field("share", e.share, "part").at_most(sluice::Fraction::whole(1));
  v.field("rate", e.rate, "how fast").positive().unit("requests");
  v.field("budget", e.budget, "money")
      .at_least(sluice::Money{})
      .at_most(sluice::Money::from_dollars(1000));
  v.field("start", e.start, "when");
  v.field("as_of", e.as_of, "date");
  v.field("cap", e.cap, "optional money").at_least(sluice::Money::from_dollars(1));
  v.field("steps", e.steps, "some integers").not_empty().at_most_items(4).positive();
  v.field("named", e.named, "sizes by name").not_empty().at_most_items(2);
  v.field("input", e.input, "size of the input");
  v.field("extra", e.extra, "kept as it is");
}

inline void describe(sluice::describe::Fields& v, Needy& n) {
  v.shorthand("value");
  v.field("name", n.name, "what it is called").required();
  v.field("value", n.value, "how much");
  v.field("detail", n.detail, "a nested struct");
}

}  // namespace things

template <>
struct sluice::describe::EnumNames<things::Colour> {
  static constexpr std::array values{Named{"red", things::Colour::kRed},
                                     Named{"green", things::Colour::kGreen}};
};

template <>
struct sluice::describe::UnionNames<things::Sizes> {
  static constexpr std::string_view tag = "type";
  static constexpr std::array<std::string_view, 4> names{"fixed", "lognormal", "uniform", "free"};
  static constexpr std::string_view number_is = "fixed";
};
