// Elementary and special functions built from IEEE + - * / and sqrt alone. The system's exp, log
// and pow choose variants by processor, so their last bits differ between machines; these give the
// same bits everywhere. Good to about 1e-14 relative. For building tables, not for hot paths.
#pragma once

namespace sluice::deterministic {

double exp(double x) noexcept;                      // 0 below -745, infinity above 709.8
double expm1(double x) noexcept;                    // exp(x) - 1, accurate near 0
double log(double x) noexcept;                      // -infinity at 0; requires x >= 0
double log1p(double x) noexcept;                    // log(1 + x), accurate near 0; requires x >= -1
double pow(double base, double exponent) noexcept;  // requires base >= 0
double cos_turns(double turns) noexcept;            // cos(2 pi turns)

// z such that a standard normal variate exceeds z with probability `tail`, 0 < tail < 1. Wichura,
// AS 241 (1988).
double normal_exceeded_with(double tail) noexcept;

double log_gamma(double x) noexcept;       // requires x > 0
double gamma_function(double x) noexcept;  // requires 0 < x < 171

// The regularised incomplete gamma functions P(a, x) and Q = 1 - P; a > 0, x >= 0.
double gamma_lower(double a, double x) noexcept;
double gamma_upper(double a, double x) noexcept;

// x with P(a, x) = probability, or with Q(a, x) = probability; 0 < probability < 1. A guess near x
// saves most of the time; 0 is none.
double gamma_lower_inverse(double a, double probability, double guess = 0) noexcept;
double gamma_upper_inverse(double a, double probability, double guess = 0) noexcept;

}  // namespace sluice::deterministic
