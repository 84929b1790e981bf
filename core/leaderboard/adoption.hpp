#pragma once

#include "core/base/column_time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// What kind of thing bears the leaderboard table's name.
enum class relation_kind : std::uint8_t { missing, table, view, partitioned, other };

/// What a column can hold, whatever the database calls it.
enum class column_kind : std::uint8_t {
  text,
  nocase_text, ///< compares without case: citext, COLLATE NOCASE, a collation of that sort
  integer,     ///< whole numbers up to 2^53 and beyond
  small_integer,
  number, ///< numbers that may have a fraction
  timestamp,
  timestamptz,
  date,
  uuid,
  boolean,
  untyped, ///< SQLite: takes any value as it comes
  other,
};

/// A column as the database describes it.
struct column_facts {
  std::string name;
  std::string type; ///< as it is declared
  column_kind kind = column_kind::other;
  bool nullable = true;
  bool has_default = false; ///< of any sort: a default, an identity, a sequence
  bool generated = false;   ///< computed by the database, and not to be written
  bool exact = true;        ///< a time to the microsecond; text in byte order
  std::string collation{};
  std::vector<std::string> views{}; ///< what forbids to change the type: views, generated columns
};

/// Values of one sort in a column, and a few of them, as `user: value`.
struct value_count {
  std::uint64_t rows = 0;
  std::vector<std::string> examples{};
};

/// What the rows hold in a column of scores.
struct score_facts {
  std::uint64_t nulls = 0;
  value_count unreadable{}; ///< no whole number: a fraction, inf, NaN, text that is no number
  value_count too_large{};  ///< 2^53 and beyond
  value_count negative{};
  value_count digits{}; ///< whole numbers as text
};

/// A table that is there before the service, as one of the inspectors found it.
struct table_facts {
  std::string database;    ///< `PostgreSQL 15.8`, `SQLite 3.40.1`
  std::string name;        ///< with its schema
  std::string kind_name{}; ///< as the database calls it
  relation_kind kind = relation_kind::missing;
  bool sqlite = false;
  bool ours = false; ///< made or adopted by the service, with all that it needs
  bool without_rowid = false;
  bool unlogged = false;
  bool has_children = false; ///< tables that inherit from it
  bool may_alter = true;
  bool may_create = true;       ///< tables of our own, where there are none yet
  bool may_create_table = true; ///< the leaderboard's
  bool row_security = false;    ///< hides rows from the role
  bool unique_user_id = false;
  bool version_is_ours = false; ///< a column `version` that draws from our sequence, or the like
  std::string user{};           ///< the role that looks
  std::string owner{};
  std::vector<std::string> missing_rights{};
  std::string encoding{};

  std::vector<column_facts> columns{};
  std::vector<std::string> deferrable_unique{};  ///< constraints on user_id that no upsert can use
  std::vector<std::string> user_id_references{}; ///< tables that a user has to be in
  std::vector<std::string> referenced_by{};
  std::vector<std::string> checks{};
  std::vector<std::string> triggers{};
  std::vector<std::string> foreign_bookkeeping{}; ///< tables with a name of ours and other columns

  std::uint64_t rows = 0;
  std::uint64_t null_ids = 0;
  value_count duplicates{};
  value_count unservable_ids{}; ///< empty, too long, with control characters
  value_count non_text_ids{};
  std::array<score_facts, 4> scores{};
  std::optional<time_census> times{};
  /// NOT NULL columns without a default that a new row needs a value in, and what
  /// the rows have in them.
  struct required_column {
    std::string name;
    std::optional<time_census> times{};
    bool uuids = false; ///< every value is one
  };
  std::vector<required_column> required{};

  [[nodiscard]] const column_facts* column(std::string_view name) const;
};

enum class finding_level : std::uint8_t { fatal, change, note };

/// Something about the table that somebody has to know.
struct finding {
  finding_level level = finding_level::note;
  std::string name;   ///< stable: `no_unique_user_id`
  std::string column; ///< may be empty
  std::string text;   ///< what it is, what it means, and what to do
  std::uint64_t rows = 0;
  std::vector<std::string> examples{};
};

/// What adoption does. Meaningless where a finding is fatal.
struct adoption_plan {
  std::vector<finding> findings;
  bool add_updated_at = false;
  bool add_version = false;
  bool add_unique = false;
  bool convert_user_id = false;       ///< to text in byte order
  std::vector<std::string> to_bigint; ///< columns of scores
  std::vector<std::string> from_text; ///< columns of scores that hold digits as text
  bool own_time = false;              ///< the exact time goes to a column of its own
  column_time time{};                 ///< of `updated_at`
  struct fill {
    std::string column;
    bool uuid = false;
    column_time format{};
  };
  std::vector<fill> fills; ///< what a new row needs beside ours

  [[nodiscard]] bool is_fatal() const;
  [[nodiscard]] bool changes_anything() const;
};

/// Decides. Pure: the same facts give the same plan.
adoption_plan plan_adoption(const table_facts& table);

/// `change  updated_at: … (3 rows: anna: 'x', …) [format]`: one line.
std::string to_string(const finding& f);

/// All that is fatal, as one explanation of several sentences.
std::string explain_refusal(const table_facts& table, const adoption_plan& plan);

} // namespace standings
