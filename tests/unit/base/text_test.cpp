#include "base/text.hpp"

#include <array>
#include <limits>

#include "support/catch.hpp"

using namespace sluice;

TEST_CASE("a misspelt word finds the candidate it was meant to be") {
  const std::vector<std::string> kinds{"constant", "poisson", "gamma", "ramp"};
  CHECK(did_you_mean("poison", kinds) == "poisson");
  CHECK(did_you_mean("POISSON", kinds) == "poisson");
  CHECK(did_you_mean("rmap", kinds) == "ramp");
  CHECK(did_you_mean("burst", kinds) == std::nullopt);
  CHECK(did_you_mean("", kinds) == std::nullopt);
  CHECK(did_you_mean(std::string(65, 'p'), kinds) == std::nullopt);
  CHECK(suggestion("gama", kinds) == "; did you mean \"gamma\"?");
  CHECK(suggestion("xyz", kinds).empty());
}

TEST_CASE("a one-letter word is no misspelling of another one") {
  const std::vector<std::string> names{"a", "bc"};
  CHECK(did_you_mean("x", names) == std::nullopt);
}

TEST_CASE("edit distance counts insertions, deletions, replacements and swaps") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("abc", "abxc") == 1);
  CHECK(edit_distance("abc", "axc") == 1);
  CHECK(edit_distance("abc", "acb") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("edit distance is symmetric and obeys the triangle inequality on all short words") {
  std::vector<std::string> words{""};
  for (std::size_t i = 0; words[i].size() < 3; ++i) {
    for (const char c : {'a', 'b'}) words.push_back(words[i] + c);
  }
  for (const std::string& a : words) {
    for (const std::string& b : words) {
      CHECK(edit_distance(a, b) == edit_distance(b, a));
      CHECK((edit_distance(a, b) == 0) == (a == b));
    }
  }
}

TEST_CASE("quotes show control characters and cut long texts between characters") {
  CHECK(in_quotes("a b") == "\"a b\"");
  CHECK(in_quotes("a\nb\x7f") == "\"a\\x0ab\\x7f\"");
  CHECK(in_quotes(std::string(70, 'x')) == "\"" + std::string(60, 'x') + "...\"");
  const std::string cut = in_quotes(std::string(59, 'x') + "\xc3\xa4\xc3\xa4");
  CHECK(cut == "\"" + std::string(59, 'x') + "...\"");
}

TEST_CASE("parts are joined and numbers grouped by thousands") {
  const std::array<std::string, 3> parts{"a", "b", "c"};
  CHECK(join(parts) == "a, b, c");
  CHECK(join(parts, "/") == "a/b/c");
  CHECK(join({}).empty());
  CHECK(with_thousands(std::int64_t{0}) == "0");
  CHECK(with_thousands(std::int64_t{999}) == "999");
  CHECK(with_thousands(std::int64_t{-1000}) == "-1,000");
  CHECK(with_thousands(std::int64_t{-100}) == "-100");
  CHECK(with_thousands(std::int64_t{1234567}) == "1,234,567");
  CHECK(with_thousands(std::numeric_limits<std::int64_t>::min()) == "-9,223,372,036,854,775,808");
  CHECK(with_thousands(std::string_view{"1234.5678"}) == "1,234.5678");
}

TEST_CASE("an exact duration reads back as itself") {
  const std::array<std::int64_t, 10> counts{0,
                                            1,
                                            999,
                                            1'000,
                                            250'000'000,
                                            90'000'000'000,
                                            86'400'000'000'001,
                                            3'600'500'000'000,
                                            172'800'000'000'000,
                                            std::numeric_limits<std::int64_t>::max()};
  for (const std::int64_t count : counts) {
    const Duration duration{count};
    CAPTURE(exact_text(duration));
    CHECK(parse_duration(exact_text(duration)) == duration);
  }
  CHECK(exact_text(seconds(90)) == "1m30s");
  CHECK(exact_text(Duration{0}) == "0s");
  CHECK(exact_text(-milliseconds(1500)) == "-1s500ms");
}

TEST_CASE("durations are read exactly, fractions included") {
  CHECK(parse_duration("1.5h") == minutes(90));
  CHECK(parse_duration("0.25s") == milliseconds(250));
  CHECK(parse_duration("2d3h") == hours(51));
  CHECK(parse_duration("7us") == nanoseconds(7'000));
  CHECK(parse_duration("0s") == Duration{0});
}

TEST_CASE("what is not a duration is refused with an example") {
  const auto message = [](std::string_view text) { return parse_duration(text).error().message; };
  CHECK(message("0") == "\"0\" has no unit: write \"0s\" or \"0ms\"");
  CHECK(message("30") == "\"30\" has no unit: write \"30s\" or \"30ms\"");
  for (const char* text : {"", "s", "5x", "5s5", "1s1m", "1s1s", "1.2.3s", ".s", "-1s", "1 s"}) {
    CAPTURE(text);
    CHECK(message(text).find("is not a duration: write \"30s\"") != std::string::npos);
  }
  CHECK(message("0.5ns") == "\"0.5ns\" is finer than a nanosecond");
  CHECK(message("0.0000000001s") == "\"0.0000000001s\" is finer than a nanosecond");
  CHECK(message("200000d") == "\"200000d\" is longer than 292 years");
  CHECK(message("106751d23h48m") == "\"106751d23h48m\" is longer than 292 years");
  CHECK(message("99999999999999999999999999999999999999s").find("292 years") != std::string::npos);
}

TEST_CASE("a short duration shows four digits and one unit") {
  CHECK(short_text(Duration{0}) == "0 s");
  CHECK(short_text(nanoseconds(15)) == "15 ns");
  CHECK(short_text(nanoseconds(1'530)) == "1.530 us");
  CHECK(short_text(milliseconds(250)) == "250.0 ms");
  CHECK(short_text(milliseconds(1'530)) == "1.530 s");
  CHECK(short_text(seconds(90)) == "1.500 min");
  CHECK(short_text(-minutes(150)) == "-2.500 h");
  CHECK(short_text(hours(24 * 20'000)) == "20000 d");
  CHECK(short_text(nanoseconds(999'999'999)) == "1.000 s");
}
