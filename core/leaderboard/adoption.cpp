#include "core/leaderboard/adoption.hpp"

#include "core/base/presentable.hpp"
#include "core/leaderboard/adopted_times.hpp"
#include "core/leaderboard/period.hpp"

#include <algorithm>

namespace standings {

namespace {

constexpr std::array<const char*, 4> score_columns{"daily_pomo", "weekly_pomo", "monthly_pomo",
                                                   "yearly_pomo"};

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words)
    out += (out.empty() ? "" : ", ") + word;
  return out;
}

/// Builds one plan.
class planner {
public:
  explicit planner(const table_facts& table) : table_(table) {}

  adoption_plan run() {
    look_at_the_relation();
    if (table_.kind != relation_kind::table || plan_.is_fatal())
      return std::move(plan_);
    look_at_rights();
    if (table_.ours) {
      look_at_what_may_change();
      return std::move(plan_);
    }
    look_at_user_id();
    for (std::size_t i = 0; i < score_columns.size(); ++i)
      look_at_scores(score_columns[i], table_.scores[i]);
    look_at_times();
    look_at_version();
    look_at_required();
    look_at_what_may_change();
    look_at_alterations();
    return std::move(plan_);
  }

private:
  using strings = std::vector<std::string>;

  void say(finding_level level, std::string name, std::string column, std::string text,
           std::uint64_t rows = 0, strings examples = {}) {
    plan_.findings.push_back(
        {level, std::move(name), std::move(column), std::move(text), rows, std::move(examples)});
  }
  void fatal(std::string name, std::string column, std::string text,
             const value_count& found = {}) {
    say(finding_level::fatal, std::move(name), std::move(column), std::move(text), found.rows,
        found.examples);
  }
  void change(std::string name, std::string column, std::string text,
              const value_count& found = {}) {
    say(finding_level::change, std::move(name), std::move(column), std::move(text), found.rows,
        found.examples);
  }
  void note(std::string name, std::string column, std::string text, const value_count& found = {}) {
    say(finding_level::note, std::move(name), std::move(column), std::move(text), found.rows,
        found.examples);
  }

  void look_at_the_relation() {
    if (!table_.foreign_bookkeeping.empty())
      fatal("foreign_bookkeeping", "",
            "another program keeps " + joined(table_.foreign_bookkeeping)
                + " here, under a name that the service needs for a table of its own");
    if (table_.kind == relation_kind::missing) {
      if (!table_.may_create || !table_.may_create_table)
        fatal("no_create_right", "",
              "there is no such table, and role " + table_.user
                  + " may not create one (permission denied, 42501): GRANT CREATE");
      return;
    }
    if (table_.kind != relation_kind::table)
      fatal("not_a_table", "",
            table_.name + " is a " + table_.kind_name
                + "; the service needs an ordinary table: set leaderboard.table to one");
    if (table_.has_children)
      fatal("has_children", "", "other tables inherit from it; a user could be in several of them");
  }

  void look_at_rights() {
    if (!table_.missing_rights.empty())
      fatal("missing_rights", "",
            "role " + table_.user + " may not " + joined(table_.missing_rights)
                + " (permission denied, 42501): GRANT it, or connect as the owner " + table_.owner);
    if (table_.row_security)
      fatal("row_security", "",
            "row-level security hides rows from role " + table_.user
                + ": give it BYPASSRLS, or connect as the owner " + table_.owner);
  }

  /// What other applications' triggers, constraints and keys mean for each write.
  void look_at_what_may_change() {
    if (table_.unlogged)
      note("unlogged", "",
           "the table is UNLOGGED: a crash of the server empties it; ALTER TABLE … SET LOGGED");
    if (!table_.user_id_references.empty())
      note("foreign_key", "user_id",
           "refers to " + joined(table_.user_id_references)
               + (table_.sqlite ? ", which SQLite checks only for programs that switch that on"
                                : ": an update of a user who is not there is refused"));
    if (!table_.referenced_by.empty())
      note("referenced", "user_id",
           joined(table_.referenced_by)
               + " refers to it: a user who is named there cannot be deleted");
    if (!table_.checks.empty())
      note("checks", "",
           "checked by " + joined(table_.checks)
               + ": what breaks them is refused, for that user alone");
    if (!table_.triggers.empty())
      note("triggers", "", joined(table_.triggers) + " run with each write of the service, too");
    if (table_.unservable_ids.rows > 0)
      note("unservable_ids", "user_id",
           "is empty, longer than 128 bytes or has control characters: these rows are left alone,"
           " and cannot be updated through the service",
           table_.unservable_ids);
  }

  const column_facts* needed(const char* name) {
    const auto* column = table_.column(name);
    if (!column) {
      strings present;
      for (const auto& c : table_.columns)
        present.push_back(c.name);
      fatal("missing_column", name, "there is no such column, only " + joined(present));
    } else if (column->generated) {
      fatal("generated_column", name, "is generated by the database and cannot be written");
      return nullptr;
    }
    return column;
  }

  void look_at_user_id() {
    const auto* column = needed("user_id");
    if (!column)
      return;
    if (column->kind == column_kind::nocase_text)
      fatal("nocase_user_id", "user_id",
            "is " + column->type
                + (column->collation.empty() ? "" : " COLLATE " + column->collation)
                + ", which takes Bob and bob for one user; the service tells them apart");
    else if (column->kind != column_kind::text
             && (column->kind != column_kind::untyped || table_.non_text_ids.rows > 0))
      fatal("user_id_type", "user_id",
            "is " + (column->type.empty() ? "untyped" : column->type)
                + ", and the service's users are texts: "
                + (table_.sqlite ? "007 would become 7; " : "")
                + "keep the table of the application, and copy it to one with text ids",
            table_.non_text_ids);
    else if (table_.non_text_ids.rows > 0)
      fatal("user_id_type", "user_id", "is not a text in some rows", table_.non_text_ids);
    if (table_.null_ids > 0)
      fatal("null_user_id", "user_id", "is null in some rows, which belong to no user",
            {table_.null_ids, {}});
    if (!table_.deferrable_unique.empty())
      fatal(
          "deferrable_unique", "user_id",
          "has " + joined(table_.deferrable_unique)
              + ", which is DEFERRABLE and which no upsert can use: create it again without that");
    else if (table_.duplicates.rows > 0)
      fatal("duplicate_user_id", "user_id",
            "is not unique: decide which rows are to stay, then start again", table_.duplicates);
    else if (!table_.unique_user_id) {
      plan_.add_unique = true;
      change("no_unique_user_id", "user_id",
             "gets a unique index: there is none, and no user is there twice");
    }
    if (!table_.sqlite && !column->exact) {
      plan_.convert_user_id = true;
      change("user_id_collation", "user_id",
             "is " + column->type
                 + (column->collation.empty() ? "" : " COLLATE " + column->collation)
                 + " and becomes text COLLATE \"C\": boards order equal scores by bytes");
    }
  }

  void look_at_scores(const char* name, const score_facts& found) {
    const auto* column = needed(name);
    if (!column)
      return;
    if (found.unreadable.rows > 0)
      fatal("unreadable_score", name,
            "holds values that are not whole numbers and would have to be rounded",
            found.unreadable);
    if (found.too_large.rows > 0)
      fatal("score_too_large", name, "holds scores of 2^53 or more, which no cache keeps exactly",
            found.too_large);
    if (found.negative.rows > 0)
      note("negative_score", name, "holds negative scores; they are kept as they are",
           found.negative);
    if (found.nulls > 0)
      change("null_score", name, "is null, which becomes 0", {found.nulls, {}});
    switch (column->kind) {
    case column_kind::integer:
    case column_kind::untyped:
      break;
    case column_kind::small_integer:
    case column_kind::number:
      if (table_.sqlite)
        break;
      plan_.to_bigint.emplace_back(name);
      change("score_type", name, "is " + column->type + " and becomes bigint; every value stays");
      break;
    default:
      fatal("score_type", name,
            "is " + (column->type.empty() ? "untyped" : column->type)
                + ", not a number: ALTER it to bigint first");
      return;
    }
    if (found.digits.rows > 0) {
      plan_.from_text.emplace_back(name);
      change("score_text", name, "holds digits as text, which become numbers", found.digits);
    }
  }

  void look_at_times() {
    const auto* column = table_.column("updated_at");
    if (!column) {
      plan_.add_updated_at = true;
      change("no_updated_at", "updated_at",
             "is added: there is none. All rows are taken to have been written in the current"
             " periods",
             {table_.rows, {}});
      return;
    }
    if (column->generated)
      return fatal("generated_column", "updated_at",
                   "is generated by the database and cannot be written");
    const auto& times = *table_.times;
    if (times.unreadable().rows > 0)
      fatal("unreadable_time", "updated_at",
            "is " + column->type + " and holds what is no time that the service knows",
            {times.unreadable().rows, times.unreadable().examples});
    if (times.forms().size() > 1)
      return mixed_times("updated_at", times);
    if (plan_.is_fatal() && times.unreadable().rows > 0)
      return;
    const auto format = format_of(table_, *column, times);
    if (!format)
      return fatal("unknown_time_type", "updated_at",
                   "is " + column->type + ", which holds no time that the service knows");
    plan_.time = *format;
    // a trigger may set the column to a time of its own
    plan_.own_time = format->kind != time_kind::native || column->nullable || !column->exact
                     || !table_.triggers.empty();
    report_times(*column, times);
  }

  void mixed_times(const std::string& name, const time_census& times) {
    std::uint64_t rows = 0;
    strings examples;
    for (const auto& [form, found] : times.forms()) {
      rows += found.rows;
      examples.push_back(std::to_string(found.rows) + " of " + form + " such as "
                         + found.examples.front());
    }
    say(finding_level::fatal, "mixed_times", name,
        "holds times of several formats, and nothing says which row has which: bring them to one",
        rows, std::move(examples));
  }

  void report_times(const column_facts& column, const time_census& times) {
    const bool told = times.format().has_value() || (!table_.sqlite && is_time(column.kind));
    if (!told)
      note("no_times_yet", "updated_at",
           "holds no time that would show its format: taken for " + describe(plan_.time)
               + ", as its type " + (column.type.empty() ? "(none)" : column.type) + " suggests");
    if (plan_.own_time)
      change("time_format", "updated_at",
             "holds " + describe(plan_.time)
                 + " and keeps that format; the exact time goes to a column standings_at");
    if (times.nulls() > 0)
      change("null_time", "updated_at",
             "is null: these rows are taken to have been written in the current periods, and keep"
             " all their scores",
             {times.nulls(), {}});
    if (times.zeros() > 0)
      change("zero_time", "updated_at",
             "is before the year 2000, which stands for not known: these rows are taken to have"
             " been written in the current periods, and keep all their scores",
             {times.zeros(), {}});
    if (times.ahead() > 0)
      change("time_ahead", "updated_at",
             "lies in the future: these rows are taken to have been written now",
             {times.ahead(), {}});
  }

  void look_at_version() {
    const auto* column = table_.column("version");
    if (!column) {
      plan_.add_version = true;
      change("no_version", "version", "is added: the number of the last write");
    } else if (!table_.version_is_ours) {
      fatal("foreign_version", "version",
            "is " + column->type
                + " and means something else to the application that made it; the"
                  " service needs a column of this name: rename the other one");
    }
    if (table_.column("standings_at"))
      fatal("foreign_standings_at", "standings_at",
            "is there, and the service did not make it: rename or drop it");
  }

  void look_at_required() {
    for (const auto& column : table_.required) {
      const auto* facts = table_.column(column.name);
      const auto filled = fill_of(table_, column, *facts);
      if (!filled) {
        fatal("required_column", column.name,
              "is " + facts->type
                  + " NOT NULL without a default in the database, so that no user"
                    " can be added: give it a default, or allow null");
        continue;
      }
      plan_.fills.push_back(*filled);
      change("filled_column", column.name,
             "is NOT NULL without a default in the database: new users get "
                 + std::string{filled->uuid ? "a random UUID"
                                            : "the time, as " + describe(filled->format)});
    }
  }

  /// Types cannot be changed under a view, and only the owner may change them.
  void look_at_alterations() {
    auto altered = plan_.to_bigint;
    if (plan_.convert_user_id)
      altered.emplace_back("user_id");
    for (const auto& name : altered)
      if (const auto* column = table_.column(name); column && !column->views.empty())
        fatal("dependent_view", name,
              "its type has to be changed, and " + joined(column->views)
                  + " depends on it: drop that, adopt, and create it again");
    if (!table_.may_alter)
      fatal("not_owner", "",
            "the table has to be changed, and belongs to " + table_.owner + ", not to role "
                + table_.user + " (42501): run `standings adopt` once as " + table_.owner
                + ", or make it the owner");
    if (!table_.may_create)
      fatal("no_create_right", "",
            "role " + table_.user
                + " may not create the service's own tables (permission denied, 42501): GRANT "
                  "CREATE");
  }

  const table_facts& table_;
  adoption_plan plan_;
};

} // namespace

const column_facts* table_facts::column(std::string_view wanted) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const column_facts& c) { return c.name == wanted; });
  return found == columns.end() ? nullptr : &*found;
}

bool adoption_plan::is_fatal() const {
  return std::any_of(findings.begin(), findings.end(),
                     [](const finding& f) { return f.level == finding_level::fatal; });
}

bool adoption_plan::changes_anything() const {
  return std::any_of(findings.begin(), findings.end(),
                     [](const finding& f) { return f.level == finding_level::change; });
}

adoption_plan plan_adoption(const table_facts& table) {
  return planner{table}.run();
}

std::string to_string(const finding& f) {
  auto out = f.column.empty() ? f.text : f.column + ' ' + f.text;
  if (f.rows > 0 || !f.examples.empty())
    out += " (" + std::to_string(f.rows) + (f.rows == 1 ? " row" : " rows")
           + (f.examples.empty() ? "" : ": " + joined(f.examples)) + ")";
  return presentable(out) + " [" + f.name + "]"; // the examples were written by other programs
}

std::string explain_refusal(const table_facts& table, const adoption_plan& plan) {
  std::string out = "the service cannot work with table " + table.name + ": ";
  bool first = true;
  for (const auto& f : plan.findings) {
    if (f.level != finding_level::fatal)
      continue;
    out += (first ? "" : "; ") + to_string(f);
    first = false;
  }
  return out;
}

} // namespace standings
