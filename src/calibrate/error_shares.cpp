#include "calibrate/error_shares.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/text.hpp"
#include "calibrate/clusters.hpp"
#include "calibrate/estimate_names.hpp"
#include "stats/binomial.hpp"

namespace sluice::calibrate {
namespace {

constexpr std::array<std::string_view, 5> kNames{kOverloadedShare, kApiErrorShare, kTimeoutShare,
                                                 kDisconnectShare, kErrorInStreamShare};
constexpr std::size_t kWindowsShown = 3;

// Refused before the server's own troubles are decided (docs/model.md, Admission).
constexpr std::array kDecidedBefore{ErrorKind::kInvalidRequest, ErrorKind::kAuthentication,
                                    ErrorKind::kBilling,        ErrorKind::kPermission,
                                    ErrorKind::kNotFound,       ErrorKind::kConflict,
                                    ErrorKind::kRequestTooLarge};

bool is_refused_before(const ingest::RecordRow& row) {
  if (row.outcome == ErrorKind::kRateLimit) return row.cause == LimitCause::kSpend;
  return std::find(kDecidedBefore.begin(), kDecidedBefore.end(), row.outcome) !=
         kDecidedBefore.end();
}

}  // namespace

void ErrorShares::add(const ingest::RecordRow& row) {
  if (!row.sent || !row.status || is_refused_before(row)) return;
  Attempt attempt{.run = run_, .sent = *row.sent, .began = *row.status / 100 == 2};
  if (attempt.began) {
    if (row.outcome == ErrorKind::kConnection) attempt.end = End::kDisconnect;
    if (row.outcome == ErrorKind::kOverloaded || row.outcome == ErrorKind::kApi) {
      attempt.end = End::kErrorInStream;
    }
  } else if (row.outcome == ErrorKind::kOverloaded) {
    attempt.end = End::kOverloaded;
  } else if (row.outcome == ErrorKind::kApi) {
    attempt.end = End::kApi;
  } else if (row.outcome == ErrorKind::kTimeout) {
    attempt.end = End::kTimeout;
  }
  attempts_.push_back(attempt);
}

Estimate ErrorShares::estimate(End kind) const {
  const bool is_in_stream = kind == End::kDisconnect || kind == End::kErrorInStream;
  std::vector<Attempt> trials;
  for (const Attempt& attempt : attempts_) {
    // Struck by an earlier one of its kind: this one was not tried.
    if (attempt.end < kind || (is_in_stream && !attempt.began)) continue;
    trials.push_back(attempt);
  }
  Estimate made;
  made.what = kNames[static_cast<std::size_t>(kind)];
  made.unit = is_in_stream ? "of answers" : "of attempts";
  if (trials.empty()) {
    made.reason = is_in_stream ? "no answer began" : "no attempt got so far";
    return made;
  }
  std::stable_sort(trials.begin(), trials.end(), [](const Attempt& a, const Attempt& b) {
    return a.run != b.run ? a.run < b.run : a.sent < b.sent;
  });
  std::vector<bool> hits;
  hits.reserve(trials.size());
  for (const Attempt& attempt : trials) hits.push_back(attempt.end == kind);
  const auto count = static_cast<std::int64_t>(std::count(hits.begin(), hits.end(), true));
  const auto all = static_cast<std::int64_t>(trials.size());
  made.interval = stats::binomial_interval(count, all);
  made.evidence = fmt::format("{} of {} {}", with_thousands(count), with_thousands(all),
                              is_in_stream ? "answers that began" : "attempts");
  if (!is_clustered(hits)) {
    made.is_identifiable = true;
    return made;
  }
  const std::vector<Cluster> clusters = clusters_of(hits);
  made.reason = fmt::format("{} come in {}, so no one share holds: ", made.evidence,
                            counted(clusters.size(), "window"));
  for (std::size_t i = 0; i < std::min(clusters.size(), kWindowsShown); ++i) {
    const Cluster& one = clusters[i];
    made.reason +=
        fmt::format("{}{} to {} ({} of {})", i == 0 ? "" : ", ", short_text(trials[one.first].sent),
                    short_text(trials[one.last].sent), one.hits, one.last - one.first + 1);
  }
  if (clusters.size() > kWindowsShown) made.reason += ", ...";
  return made;
}

std::vector<Estimate> ErrorShares::estimates() const {
  std::vector<Estimate> made;
  for (const End kind :
       {End::kOverloaded, End::kApi, End::kTimeout, End::kDisconnect, End::kErrorInStream}) {
    made.push_back(estimate(kind));
  }
  return made;
}

}  // namespace sluice::calibrate
