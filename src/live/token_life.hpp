// When a token that expires is served, and when the next one is fetched (SDK source TS 1.11: token
// cache). Pure: the clock is an argument, in nanoseconds of net::steady_now().
//
// Beyond the SDK: 5 s pass between one exchange and the next as long as the token lives, also where
// the first succeeded, for a token that lives shorter than two minutes would else be fetched anew
// for every request.
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace sluice::live {

class TokenLife {
 public:
  enum class Need : std::uint8_t {
    kNone,
    kAdvisory,   // serve the token, and fetch the next in the background
    kMandatory,  // there is none to serve
  };
  static constexpr Duration kAdvisoryBelow = seconds(120);
  static constexpr Duration kMandatoryBelow = seconds(30);
  static constexpr Duration kBackOff = seconds(5);
  // Of a token that replaces a refused one: so long late answers to that one are not its own, and
  // so long its own refusal is the second in a row.
  static constexpr Duration kNew = seconds(5);
  static constexpr Duration kOnTrial = seconds(60);

  Need need(std::int64_t now) const noexcept;
  // Whether an exchange that nobody waits for may begin.
  bool may_fetch(std::int64_t now) const noexcept { return now >= next_fetch_; }

  void on_token(std::int64_t now, Duration lifetime) noexcept;
  void on_failure(std::int64_t now) noexcept;
  // The API would not have the token: it is not served any more. False: it replaces one that was
  // refused too, so that the API does not take what it gives, and a third would be no better. While
  // it is new, the one that was refused is most likely the one before, and it stays.
  bool on_refusal(std::int64_t now) noexcept;

 private:
  bool has_token_ = false;
  bool is_refused_ = false;        // the last one there was
  bool replaces_refused_ = false;  // the token that is there now
  std::int64_t came_at_ = 0;
  std::int64_t expires_at_ = 0;
  std::int64_t next_fetch_ = 0;
};

}  // namespace sluice::live
