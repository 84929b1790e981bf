#include "core/leaderboard/adoption.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace standings {
namespace {

const sys_time now = parse_iso8601("2026-11-26T12:00:00Z").value();

/// A table as an ORM creates it in PostgreSQL.
table_facts ordinary_table() {
  table_facts out;
  out.name = "public.pomo_leaderboard";
  out.kind = relation_kind::table;
  out.unique_user_id = true;
  out.columns.push_back({"user_id", "text", column_kind::text, false});
  for (const auto* name : {"daily_pomo", "weekly_pomo", "monthly_pomo", "yearly_pomo"})
    out.columns.push_back({name, "bigint", column_kind::integer, false});
  out.columns.push_back({"updated_at", "timestamptz", column_kind::timestamptz, false});
  out.times.emplace(now);
  out.times->add(now);
  out.rows = 1;
  return out;
}

std::vector<std::string> names_of(const adoption_plan& plan, finding_level level) {
  std::vector<std::string> out;
  for (const auto& f : plan.findings)
    if (f.level == level)
      out.push_back(f.name);
  return out;
}

TEST(Adoption, OfAFittingTableAddsAVersionAlone) {
  const auto plan = plan_adoption(ordinary_table());
  EXPECT_FALSE(plan.is_fatal());
  EXPECT_EQ(names_of(plan, finding_level::change), std::vector<std::string>{"no_version"});
  EXPECT_FALSE(plan.own_time);
}

TEST(Adoption, OfWhatIsNotThereDoesNothing) {
  EXPECT_TRUE(plan_adoption(table_facts{}).findings.empty());
}

TEST(Adoption, KeepsTheExactTimeApartWhereTheColumnCannotHoldIt) {
  for (const auto& spoil : std::vector<void (*)(table_facts&)>{
           [](table_facts& t) { t.columns.back().nullable = true; },
           [](table_facts& t) { t.columns.back().exact = false; },
           [](table_facts& t) { t.columns.back().kind = column_kind::timestamp; },
           [](table_facts& t) {
             t.triggers = {"touch"};
           }}) {
    auto table = ordinary_table();
    spoil(table);
    const auto plan = plan_adoption(table);
    EXPECT_TRUE(plan.own_time);
    EXPECT_FALSE(plan.is_fatal());
  }
}

TEST(Adoption, NamesEachThingThatIsInTheWay) {
  auto table = ordinary_table();
  table.duplicates = {2, {"anna: 3 rows"}};
  table.scores[1].unreadable = {1, {"ben: 2.5"}};
  table.columns.push_back({"team", "text", column_kind::text, false});
  table.required.push_back({"team", time_census{now}, false});
  const auto plan = plan_adoption(table);
  EXPECT_EQ(names_of(plan, finding_level::fatal),
            (std::vector<std::string>{"duplicate_user_id", "unreadable_score", "required_column"}));
  const auto text = explain_refusal(table, plan);
  for (const auto* part :
       {"public.pomo_leaderboard", "anna: 3 rows", "weekly_pomo", "ben: 2.5", "team"})
    EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
}

TEST(Adoption, OfATableWithRowsOfSeveralFormatsIsRefusedWithTheirCounts) {
  auto table = ordinary_table();
  table.columns.back() = {"updated_at", "bigint", column_kind::integer, false};
  table.times.emplace(now);
  table.times->add(std::int64_t{1'764'144'000});
  table.times->add(std::int64_t{1'764'144'000'000});
  const auto plan = plan_adoption(table);
  ASSERT_TRUE(plan.is_fatal());
  EXPECT_EQ(names_of(plan, finding_level::fatal), std::vector<std::string>{"mixed_times"});
  const auto text = explain_refusal(table, plan);
  EXPECT_NE(text.find("1 of epoch seconds such as 1764144000"), std::string::npos) << text;
}

TEST(Adoption, NeedsTheOwnerOnlyWhereSomethingHasToChange) {
  auto table = ordinary_table();
  table.may_alter = false;
  table.owner = "rails";
  EXPECT_EQ(names_of(plan_adoption(table), finding_level::fatal),
            std::vector<std::string>{"not_owner"});
  table.ours = true;
  EXPECT_FALSE(plan_adoption(table).is_fatal());
  table.missing_rights = {"DELETE"};
  EXPECT_TRUE(plan_adoption(table).is_fatal());
}

} // namespace
} // namespace standings
