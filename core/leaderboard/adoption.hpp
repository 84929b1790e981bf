#pragma once

#include "core/base/column_time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// What kind of object has the name of the leaderboard table.
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
  std::string type; ///< as declared
  column_kind kind = column_kind::other;
  bool nullable = true;
  bool has_default = false; ///< of any kind: a default, an identity, a sequence
  bool generated = false;   ///< computed by the database, cannot be written
  bool exact = true;        ///< holds a time to the microsecond, or orders text by bytes
  std::string collation{};
  std::vector<std::string> views{}; ///< prevent a change of type: views, generated columns
};

/// Values of one kind in a column, with a few examples as `user: value`.
struct value_count {
  std::uint64_t rows = 0;
  std::vector<std::string> examples{};
};

/// What the rows hold in a column of scores.
struct score_facts {
  std::uint64_t nulls = 0;
  value_count unreadable{}; ///< not whole numbers: fractions, inf, NaN, text that is not a number
  value_count too_large{};  ///< 2^53 and beyond
  value_count negative{};
  value_count digits{}; ///< whole numbers as text
};

/// A table that existed before the service, as an inspector found it.
struct table_facts {
  std::string database;    ///< `PostgreSQL 15.8`, `SQLite 3.40.1`
  std::string name;        ///< with its schema
  std::string kind_name{}; ///< as the database calls it
  relation_kind kind = relation_kind::missing;
  bool sqlite = false;
  bool ours = false; ///< made or adopted by the service, and complete
  bool without_rowid = false;
  bool unlogged = false;
  bool has_children = false; ///< tables that inherit from it
  bool may_alter = true;
  bool may_create = true;       ///< our own tables, if they do not exist yet
  bool may_create_table = true; ///< the leaderboard table
  bool row_security = false;    ///< row-level security hides rows from the role
  bool unique_user_id = false;
  bool version_is_ours = false; ///< `version` draws from our sequence; SQLite: all columns are ours
  std::string user{};           ///< the role of this connection
  std::string owner{};
  std::vector<std::string> missing_rights{};
  std::string encoding{};

  std::vector<column_facts> columns{};
  std::vector<std::string> deferrable_unique{};  ///< constraints on user_id that no upsert can use
  std::vector<std::string> user_id_references{}; ///< tables in which a user has to exist
  std::vector<std::string> referenced_by{};
  std::vector<std::string> checks{};
  std::vector<std::string> triggers{};
  std::vector<std::string> foreign_bookkeeping{}; ///< tables named like ours, with other columns

  std::uint64_t rows = 0;
  std::uint64_t null_ids = 0;
  value_count duplicates{};
  value_count unservable_ids{}; ///< empty, too long, with control characters
  value_count non_text_ids{};
  std::array<score_facts, 4> scores{};
  std::optional<time_census> times{};
  /// A NOT NULL column without a default, for which a new row needs a value, and what its values
  /// look like.
  struct required_column {
    std::string name;
    std::optional<time_census> times{};
    bool uuids = false; ///< every value is a UUID
  };
  std::vector<required_column> required{};

  [[nodiscard]] const column_facts* column(std::string_view name) const;
};

enum class finding_level : std::uint8_t { fatal, change, note };

/// Something that the operator has to know about the table.
struct finding {
  finding_level level = finding_level::note;
  std::string name;   ///< stable: `no_unique_user_id`
  std::string column; ///< may be empty
  std::string text;   ///< what was found, what it means, and what to do
  std::uint64_t rows = 0;
  std::vector<std::string> examples{};
};

/// What adoption does. Meaningless if a finding is fatal.
struct adoption_plan {
  std::vector<finding> findings;
  bool add_updated_at = false;
  bool add_version = false;
  bool add_unique = false;
  bool convert_user_id = false;       ///< to text in byte order
  std::vector<std::string> to_bigint; ///< columns of scores
  std::vector<std::string> from_text; ///< columns of scores that hold digits as text
  bool own_time = false;              ///< the exact time goes into a column of its own
  column_time time{};                 ///< of `updated_at`
  struct fill {
    std::string column;
    bool uuid = false;
    column_time format{};
  };
  std::vector<fill> fills; ///< other columns that a new row needs a value in

  [[nodiscard]] bool is_fatal() const;
  [[nodiscard]] bool changes_anything() const;
};

/// Plans the adoption of a table. Pure: the same facts give the same plan.
adoption_plan plan_adoption(const table_facts& table);

/// `change  updated_at: … (3 rows: anna: 'x', …) [format]`: one line.
std::string to_string(const finding& f);

/// All fatal findings as one explanation of several sentences.
std::string explain_refusal(const table_facts& table, const adoption_plan& plan);

} // namespace standings
