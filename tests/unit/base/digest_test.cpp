#include "base/digest.hpp"

#include "support/catch.hpp"

using namespace sluice;

TEST_CASE("sha256 gives the published test vectors of FIPS 180-4") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("a fingerprint depends on values, order and count") {
  const auto of = [](auto... values) {
    Fingerprint print;
    (print.add(std::uint64_t{values}), ...);
    return print.value();
  };
  CHECK(of(1U, 2U) == of(1U, 2U));
  CHECK(of(1U, 2U) != of(2U, 1U));
  CHECK(of(0U) != of(0U, 0U));
  CHECK(of() != of(0U));
}

TEST_CASE("a fingerprint keeps texts apart and takes signed values") {
  CHECK(Fingerprint{}.add(std::string_view{"ab"}).add(std::string_view{"c"}) !=
        Fingerprint{}.add(std::string_view{"a"}).add(std::string_view{"bc"}));
  CHECK(Fingerprint{}.add(std::int64_t{-1}) == Fingerprint{}.add(~std::uint64_t{0}));
}

TEST_CASE("a fingerprint can be computed by the compiler and never changes") {
  constexpr std::uint64_t kValue = Fingerprint{}.add(std::uint64_t{42}).value();
  CHECK(Fingerprint{}.add(std::uint64_t{42}).value() == kValue);
  CHECK(Fingerprint{}.hex() == "9c62ba8d48046dbb");
  CHECK(Fingerprint{}.add(std::uint64_t{42}).hex() == "0939fc802b501d22");
}
