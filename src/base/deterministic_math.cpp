#include "base/deterministic_math.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

namespace sluice::deterministic {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// ln 2 in two parts: the first has 32 significant bits, so that its product with an exponent is
// exact.
constexpr double kLn2High = 0x1.62e42feep-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
constexpr double kLog2E = 1.44269504088896340736;
constexpr double kPi = 3.14159265358979323846;
constexpr double kHalfLogTwoPi = 0.91893853320467274178;

// 2^exponent for -1022 <= exponent <= 1023.
double power_of_two(int exponent) noexcept {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

double polynomial(std::span<const double> ascending, double x) noexcept {
  double sum = 0;
  for (std::size_t i = ascending.size(); i-- > 0;) sum = sum * x + ascending[i];
  return sum;
}

// (exp(r) - 1 - r) / r^2 for |r| <= 0.35: 1/2! + r/3! + ... + r^12/14!.
double exp_tail(double r) noexcept {
  double sum = 1.0 / 87178291200.0;
  double factorial = 87178291200.0;
  for (int n = 14; n > 2; --n) {
    factorial /= n;
    sum = sum * r + 1.0 / factorial;
  }
  return sum;
}

// log((1 + s) / (1 - s)) for |s| <= 0.18.
double twice_atanh(double s) noexcept {
  const double square = s * s;
  double sum = 1.0 / 23;
  for (int n = 21; n >= 3; n -= 2) sum = sum * square + 1.0 / n;
  return 2 * s + 2 * s * square * sum;
}

}  // namespace

double exp(double x) noexcept {
  if (x != x) return x;
  if (x > 709.78) return kInfinity;
  if (x < -745.2) return 0;
  const double count = std::floor(x * kLog2E + 0.5);
  const double r = (x - count * kLn2High) - count * kLn2Low;
  const double value = 1 + (r + r * r * exp_tail(r));
  const int exponent = static_cast<int>(count);
  if (exponent < -1000) return value * power_of_two(exponent + 1000) * power_of_two(-1000);
  if (exponent > 1000) return value * power_of_two(exponent - 1000) * power_of_two(1000);
  return value * power_of_two(exponent);
}

double expm1(double x) noexcept {
  if (x < -0.35 || x > 0.35) return exp(x) - 1;
  return x + x * x * exp_tail(x);
}

double log(double x) noexcept {
  if (x == 0) return -kInfinity;
  if (!(x < kInfinity)) return x;
  int exponent = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    exponent = -54;
  }
  auto bits = std::bit_cast<std::uint64_t>(x);
  exponent += static_cast<int>(bits >> 52) - 1023;
  double mantissa = std::bit_cast<double>((bits & 0xfffffffffffffU) | 0x3ff0000000000000U);
  if (mantissa > 1.41421356237309504880) {
    mantissa *= 0.5;
    ++exponent;
  }
  const double fraction = twice_atanh((mantissa - 1) / (mantissa + 1));
  return exponent * kLn2High + (fraction + exponent * kLn2Low);
}

double log1p(double x) noexcept {
  if (x < -0.25 || x > 0.4) return log(1 + x);
  return twice_atanh(x / (2 + x));
}

double pow(double base, double exponent) noexcept {
  if (exponent == 0 || base == 1) return 1;
  return exp(exponent * log(base));
}

double cos_turns(double turns) noexcept {
  const double part = turns - std::floor(turns);
  const double folded = part > 0.5 ? 1 - part : part;  // in [0, 1/2]
  const bool negative = folded > 0.25;
  const double first = negative ? 0.5 - folded : folded;  // in [0, 1/4]
  const bool use_sine = first > 0.125;
  const double angle = 2 * kPi * (use_sine ? 0.25 - first : first);  // in [0, pi/4]
  const double square = angle * angle;
  double sum = 0;
  for (int n = use_sine ? 19 : 18; n >= 2; n -= 2) sum = (1 - sum) * square / (n * (n - 1));
  const double value = use_sine ? angle * (1 - sum) : 1 - sum;
  return negative ? -value : value;
}

double normal_exceeded_with(double tail) noexcept {
  static constexpr double kCentre[] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                                       1.9715909503065514427e3, 1.3731693765509461125e4,
                                       4.5921953931549871457e4, 6.7265770927008700853e4,
                                       3.3430575583588128105e4, 2.5090809287301226727e3};
  static constexpr double kCentreBelow[] = {1.0,
                                            4.2313330701600911252e1,
                                            6.8718700749205790830e2,
                                            5.3941960214247511077e3,
                                            2.1213794301586595867e4,
                                            3.9307895800092710610e4,
                                            2.8729085735721942674e4,
                                            5.2264952788528545610e3};
  static constexpr double kNear[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                     5.76949722146069140550e0,  3.64784832476320460504e0,
                                     1.27045825245236838258e0,  2.41780725177450611770e-1,
                                     2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static constexpr double kNearBelow[] = {1.0,
                                          2.05319162663775882187e0,
                                          1.67638483018380384940e0,
                                          6.89767334985100004550e-1,
                                          1.48103976427480074590e-1,
                                          1.51986665636164571966e-2,
                                          5.47593808499534494600e-4,
                                          1.05075007164441684324e-9};
  static constexpr double kFar[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                    1.78482653991729133580e0,  2.96560571828504891230e-1,
                                    2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                    2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static constexpr double kFarBelow[] = {1.0,
                                         5.99832206555887937690e-1,
                                         1.36929880922735805310e-1,
                                         1.48753612908506148525e-2,
                                         7.86869131145613259100e-4,
                                         1.84631831751005468180e-5,
                                         1.42151175831644588870e-7,
                                         2.04426310338993978564e-15};
  const double centred = 0.5 - tail;
  if (centred >= -0.425 && centred <= 0.425) {
    const double r = 0.180625 - centred * centred;
    return centred * polynomial(kCentre, r) / polynomial(kCentreBelow, r);
  }
  const double smaller = centred > 0 ? tail : 1 - tail;
  const double r = std::sqrt(-log(smaller));
  const double z = r <= 5 ? polynomial(kNear, r - 1.6) / polynomial(kNearBelow, r - 1.6)
                          : polynomial(kFar, r - 5) / polynomial(kFarBelow, r - 5);
  return centred > 0 ? z : -z;
}

double log_gamma(double x) noexcept {
  // Stirling's series beyond 10, reached by the recurrence gamma(x + 1) = x gamma(x).
  static constexpr double kStirling[] = {1.0 / 12,   -1.0 / 360,      1.0 / 1260, -1.0 / 1680,
                                         1.0 / 1188, -691.0 / 360360, 1.0 / 156,  -3617.0 / 122400};
  double product = 1;
  while (x < 10) {
    product *= x;
    x += 1;
  }
  const double inverse = 1 / x;
  const double series = inverse * polynomial(kStirling, inverse * inverse);
  const double value = (x - 0.5) * log(x) - x + kHalfLogTwoPi + series;
  return product == 1 ? value : value - log(product);
}

double gamma_function(double x) noexcept { return exp(log_gamma(x)); }

namespace {

// x^a exp(-x) / gamma(a).
double gamma_weight(double a, double x) noexcept { return exp(a * log(x) - x - log_gamma(a)); }

// gamma_lower / gamma_weight, by its power series; for x < a + 1.
double lower_series(double a, double x) noexcept {
  double term = 1 / a;
  double sum = term;
  for (double n = 1; n < 100'000; n += 1) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return sum;
}

// gamma_upper / gamma_weight, by its continued fraction (modified Lentz); for x >= a + 1.
double upper_fraction(double a, double x) noexcept {
  constexpr double kTiny = 1e-300;
  double b = x + 1 - a;
  double c = 1 / kTiny;
  double d = 1 / b;
  double value = d;
  for (double n = 1; n < 100'000; n += 1) {
    const double numerator = -n * (n - a);
    b += 2;
    d = numerator * d + b;
    if (d == 0) d = kTiny;
    c = b + numerator / c;
    if (c == 0) c = kTiny;
    d = 1 / d;
    const double factor = d * c;
    value *= factor;
    if (factor > 1 - 2e-16 && factor < 1 + 3e-16) break;
  }
  return value;
}

}  // namespace

double gamma_lower(double a, double x) noexcept {
  if (x <= 0) return 0;
  if (x < a + 1) return gamma_weight(a, x) * lower_series(a, x);
  return 1 - gamma_weight(a, x) * upper_fraction(a, x);
}

double gamma_upper(double a, double x) noexcept {
  if (x <= 0) return 1;
  if (x < a + 1) return 1 - gamma_weight(a, x) * lower_series(a, x);
  return gamma_weight(a, x) * upper_fraction(a, x);
}

// A Newton step this small, relative to x, leaves an error of its square.
constexpr double kLastStep = 1e-8;

// Newton's method on log P as a function of log x, which is concave: it converges from every start.
double gamma_lower_inverse(double a, double probability, double guess) noexcept {
  const double wanted = log(probability);
  const double start = (wanted + log_gamma(a + 1)) / a;  // exact for small x, otherwise below
  if (start < -700) return 0;
  double y = guess > 0 ? log(guess) : start;
  for (int i = 0; i < 200; ++i) {
    const double x = exp(y);
    const double lower = gamma_lower(a, x);
    if (lower >= 1) {
      y -= 1;
      continue;
    }
    const double step = (log(lower) - wanted) * lower / gamma_weight(a, x);
    y -= step;
    if (step < kLastStep && step > -kLastStep) break;
  }
  return exp(y);
}

// Newton's method on log Q as a function of x: convex for a < 1, where steps from the left never
// pass the solution; concave for a >= 1, where the first step leads to its right and the others
// come back.
double gamma_upper_inverse(double a, double probability, double guess) noexcept {
  const double wanted = log(probability);
  double x = guess;
  if (x <= 0) x = a >= 1 ? a : exp((log1p(-probability) + log_gamma(a + 1)) / a);
  for (int i = 0; i < 300; ++i) {
    const double upper = gamma_upper(a, x);
    const double step = (log(upper) - wanted) * upper * x / gamma_weight(a, x);
    const double next = x + step;
    x = next > 0 ? next : x / 2;
    if (step < kLastStep * x && step > -kLastStep * x) break;
  }
  return x;
}

}  // namespace sluice::deterministic
