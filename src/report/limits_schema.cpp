#include <string_view>

#include "describe/schema_parts.hpp"
#include "report/limits_text.hpp"

namespace sluice {
namespace {

using describe::Value;
namespace schema = describe::schema;

Value limits_difference() {
  return schema::word(
      {name(LimitDifference::kSame), name(LimitDifference::kAbove), name(LimitDifference::kBelow),
       name(LimitDifference::kMissing), name(LimitDifference::kNotPublished),
       name(LimitDifference::kUnknown)},
      "Yours against the other number; unknown: sluice does not simulate such a limit.");
}

Value limits_row(std::string_view other, std::string_view description) {
  return schema::object(
      {{"group", schema::text("Of models, by the catalog's name, or the API's where that has "
                              "none.")},
       {"type", schema::text("requests_per_minute, ...: the API's names of limits.")},
       {"yours", schema::or_null(schema::count("Tokens or requests; null: no limit."))},
       {other, schema::or_null(schema::count(description))},
       {"difference", limits_difference()}});
}

Value limits_workspace() {
  const Value limit = limits_row("organization", "The organization's own; null: it has none.");
  return schema::object(
      {{"id", schema::text("By the API.")},
       {"name", schema::text("By the API.")},
       {"limits", schema::list(limit, "Its own; what it inherits is left out.")}});
}

Value limits_spend() {
  return schema::object(
      {{"what", schema::text("organization, tier cap, workspace NAME, ...; with the currency in "
                             "brackets where it is not USD.")},
       {"period", schema::text("daily, weekly or monthly.")},
       {"yours", schema::or_null(schema::number("Dollars, exact; null: no limit."))},
       {"published", schema::or_null(schema::number("Dollars, of the tier; null: not published."))},
       {"difference", limits_difference()}});
}

}  // namespace

std::string limits_schema() {
  const Value organization = schema::object(
      {{"id", schema::or_null(schema::text("By the API; null: it does not say."))},
       {"name", schema::or_null(schema::text("By the API; null: it does not say."))}});
  return schema::document(
      "What sluice limits pull found", "sluice-limits",
      {{"organization", organization},
       {"target", schema::text("The server that was asked.")},
       {"at", schema::text("When, RFC 3339, to the second.")},
       {"catalog_date", schema::text("Day of the catalog that has the published limits.")},
       {"tier",
        schema::or_null(schema::text("Compared with; null: the catalog has none on that day."))},
       {"tier_was_given", schema::flag("False: it is the nearest one.")},
       {"differing_limits_by_tier",
        schema::map(schema::count("Limits."), "How many differ from each tier's.")},
       {"limits", schema::list(limits_row("published", "The tier's; null: the catalog has none."),
                               "Of the organization, those as published too.")},
       {"workspaces", schema::list(limits_workspace(), "That have limits of their own.")},
       {"spend",
        schema::list(limits_spend(), "Spending limits; empty also where they could not be read.")},
       {"notes", schema::texts("What could not be read or compared.")}});
}

}  // namespace sluice
