#include "live/token_life.hpp"

#include "support/catch.hpp"

using namespace sluice;
using live::TokenLife;
using Need = TokenLife::Need;

namespace {

std::int64_t at(std::int64_t milli) { return 1'000'000'000'000 + ns(milliseconds(milli)); }

TokenLife with_token(Duration lifetime) {
  TokenLife life;
  life.on_token(at(0), lifetime);
  return life;
}

}  // namespace

TEST_CASE("a token is served alone until two minutes before its end, and not in the last half") {
  const TokenLife life = with_token(seconds(600));
  CHECK(life.need(at(0)) == Need::kNone);
  CHECK(life.need(at(479'999)) == Need::kNone);
  CHECK(life.need(at(480'000)) == Need::kAdvisory);
  CHECK(life.need(at(569'999)) == Need::kAdvisory);
  CHECK(life.need(at(570'000)) == Need::kMandatory);
  CHECK(life.need(at(700'000)) == Need::kMandatory);
  CHECK(TokenLife().need(at(0)) == Need::kMandatory);
}

TEST_CASE("a failure keeps the token and is not repeated for five seconds") {
  TokenLife life = with_token(seconds(600));
  life.on_failure(at(500'000));
  CHECK(life.need(at(504'999)) == Need::kNone);
  CHECK_FALSE(life.may_fetch(at(504'999)));
  CHECK(life.need(at(505'000)) == Need::kAdvisory);
  life.on_failure(at(598'000));
  CHECK(life.need(at(599'999)) == Need::kNone);
  CHECK(life.need(at(600'000)) == Need::kMandatory);
}

TEST_CASE("a token that lives shortly is served for five seconds, or until its end") {
  CHECK(with_token(seconds(60)).need(at(4'999)) == Need::kNone);
  CHECK(with_token(seconds(60)).need(at(5'000)) == Need::kAdvisory);
  CHECK(with_token(seconds(20)).need(at(4'999)) == Need::kNone);
  CHECK(with_token(seconds(20)).need(at(5'000)) == Need::kMandatory);
  CHECK(with_token(seconds(2)).need(at(1'999)) == Need::kNone);
  CHECK(with_token(seconds(2)).need(at(2'000)) == Need::kMandatory);
}

TEST_CASE("a refused token is fetched anew at once, and the next is not blamed for it") {
  TokenLife life = with_token(seconds(600));
  CHECK(life.on_refusal(at(1'000)));
  CHECK(life.need(at(1'000)) == Need::kMandatory);
  CHECK(life.on_refusal(at(1'001)));  // another answer to the same token
  life.on_token(at(1'100), seconds(600));
  CHECK(life.on_refusal(at(6'099)));  // a late one
  CHECK(life.need(at(6'099)) == Need::kNone);
}

TEST_CASE("a second token in a row that is refused is not fetched anew") {
  TokenLife life = with_token(seconds(600));
  life.on_refusal(at(1'000));
  life.on_token(at(1'100), seconds(600));
  CHECK_FALSE(life.on_refusal(at(6'100)));
  CHECK_FALSE(life.on_refusal(at(61'099)));
  CHECK(life.on_refusal(at(61'100)));  // it had worked until now
  CHECK(life.need(at(61'100)) == Need::kMandatory);
}

TEST_CASE("a token that came in time is refused like the first") {
  TokenLife life = with_token(seconds(600));
  life.on_refusal(at(1'000));
  life.on_token(at(1'100), seconds(600));
  life.on_token(at(500'000), seconds(600));
  CHECK(life.on_refusal(at(500'001)));
  CHECK(life.need(at(500'001)) == Need::kMandatory);
}
