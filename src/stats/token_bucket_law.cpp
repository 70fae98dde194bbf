#include <algorithm>
#include <cmath>

#include <boost/multiprecision/cpp_bin_float.hpp>

#include "base/check.hpp"
#include "stats/closed_forms.hpp"

namespace sluice::stats {
namespace {

// Both laws are P = (1 + (rho - 1) W(K)) / (1 + rho W(K)), where W is the distribution function of
// the workload but for a factor. They have their own file because the digits are slow to compile.

constexpr double kCapacityMax = 1000;

// The sum alternates: at rho = 1 its terms exceed it by a factor of 10^(0.555 capacity), and its
// result may have to resolve a probability down to 1e-308 below 1. A thousand digits do for both up
// to kCapacityMax.
using Digits = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<1000>,
                                             boost::multiprecision::et_off>;

// W(K) = sum over k <= c of e^x(k) (-x(k))^k / k!, where c = capacity - 1 and x(k) = rho (c - k).
Digits workload_sum(const Digits& rho, double capacity) {
  const Digits room = Digits(capacity) - 1;
  const int last = static_cast<int>(std::floor(capacity - 1));
  const Digits step = exp(-rho);
  Digits growth = exp(Digits(rho * room));  // e^x(k)
  Digits factorial = 1;
  Digits sum = growth;  // k = 0
  for (int k = 1; k <= last; ++k) {
    growth *= step;
    factorial *= k;
    sum += growth * pow(Digits(rho * (k - room)), k) / factorial;
  }
  return sum;
}

}  // namespace

double refused_share(const PoissonBucket& bucket) {
  SLUICE_CHECK(bucket.arrivals > 0 && bucket.refill > 0);
  SLUICE_CHECK(bucket.capacity >= 1 && bucket.capacity <= kCapacityMax);
  const Digits rho = Digits(bucket.arrivals) / Digits(bucket.refill);
  const Digits sum = workload_sum(rho, bucket.capacity);
  const Digits share = (1 + (rho - 1) * sum) / (1 + rho * sum);
  return std::max(0.0, static_cast<double>(share));
}

double refused_share(const DebtBucket& bucket) {
  SLUICE_CHECK(bucket.arrivals > 0 && bucket.tokens_mean > 0 && bucket.refill > 0);
  SLUICE_CHECK(bucket.capacity >= 0);
  // W = (1 - rho e^(-s x)) / s with s = 1 - rho and x = capacity / tokens_mean, which tends to 1 +
  // x for s = 0. Then P = rho s e^(-s x) / (1 - rho^2 e^(-s x)). For rho > 1 both are divided by
  // e^(-s x), which overflows.
  const double rho = bucket.arrivals * bucket.tokens_mean / bucket.refill;
  const double slack = 1 - rho;
  const double room = bucket.capacity / bucket.tokens_mean;
  if (slack == 0) return 1 / (2 + room);
  const double log_scale = -std::abs(slack) * room;
  const double scale = std::exp(log_scale);
  // 1 - rho^2 e = (1 - e) + e (1 - rho)(1 + rho), and e - rho^2 = (1 - rho)(1 + rho) - (1 - e).
  const double rest = -std::expm1(log_scale);
  if (slack > 0) return rho * slack * scale / (rest + scale * slack * (1 + rho));
  return rho * slack / (slack * (1 + rho) - rest);
}

}  // namespace sluice::stats
