#include "core/base/validate.hpp"
#include "stores/sql/sql_text.hpp"
#include "stores/sqlite/adoption.hpp"

#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <algorithm>
#include <cmath>

namespace standings {

namespace {

constexpr std::size_t most_examples = 3;

std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// The kind that SQLite derives from a declared type; see "Determination Of Column Affinity".
column_kind kind_of(const std::string& declared, const std::string& collation) {
  const auto type = lowered(declared);
  const auto has = [&](const char* part) {
    return type.find(part) != std::string::npos;
  };
  if (has("int"))
    return column_kind::integer;
  if (has("char") || has("clob") || has("text"))
    return lowered(collation) == "binary" ? column_kind::text : column_kind::nocase_text;
  if (type.empty() || type == "any" || has("blob"))
    return column_kind::untyped;
  if (has("real") || has("floa") || has("doub"))
    return column_kind::number;
  if (has("datetime") || has("timestamp"))
    return column_kind::timestamp;
  if (has("date"))
    return column_kind::date;
  if (has("uuid"))
    return column_kind::uuid;
  return has("bool") ? column_kind::boolean : column_kind::number;
}

std::string shortened(std::string text) {
  constexpr std::size_t longest = 60;
  if (text.size() > longest)
    text = text.substr(0, longest) + "…";
  return text;
}

void note(value_count& found, const std::string& example) {
  ++found.rows;
  if (found.examples.size() < most_examples)
    found.examples.push_back(shortened(example));
}

bool looks_like_uuid(const std::string& text) {
  return text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-'
         && text[23] == '-';
}

/// Inspects a table with pragmas and one pass over its rows.
class sqlite_inspector {
public:
  sqlite_inspector(SQLite::Database& db, const table_names& names, sys_time now)
      : db_(db), names_(names), now_(now) {}

  table_facts run() {
    out_.sqlite = true;
    out_.database = std::string{"SQLite "} + sqlite3_libversion();
    out_.name = names_.table;
    read_relation();
    read_bookkeeping();
    if (out_.kind != relation_kind::table)
      return std::move(out_);
    read_columns();
    read_keys();
    read_triggers();
    out_.ours = is_sqlite_table_ours(db_, names_);
    out_.version_is_ours = out_.ours || has_exactly_our_columns();
    out_.rows = static_cast<std::uint64_t>(
        db_.execAndGet("SELECT count(*) FROM \"" + names_.table + '"').getInt64());
    if (!out_.ours) {
      read_duplicates();
      read_rows();
    }
    return std::move(out_);
  }

private:
  void read_relation() {
    SQLite::Statement row{db_, "SELECT type, wr FROM pragma_table_list WHERE schema = 'main'"
                               " AND name = ? COLLATE NOCASE"};
    row.bind(1, names_.table);
    if (!row.executeStep())
      return;
    out_.kind_name = row.getColumn(0).getString() + " of SQLite";
    out_.without_rowid = row.getColumn(1).getInt() != 0;
    const auto type = row.getColumn(0).getString();
    out_.kind = type == "table"  ? relation_kind::table
                : type == "view" ? relation_kind::view
                                 : relation_kind::other;
  }

  void read_bookkeeping() {
    const auto name = with_names("{own}schema_migrations", names_);
    SQLite::Statement row{db_, "SELECT count(*), count(*) FILTER (WHERE name IN ('name',"
                               " 'applied_at')) FROM pragma_table_info(?)"};
    row.bind(1, name);
    row.executeStep();
    if (row.getColumn(0).getInt() > 0 && row.getColumn(1).getInt() < 2)
      out_.foreign_bookkeeping.push_back(name);
  }

  void read_columns() {
    SQLite::Statement row{db_, "SELECT name, type, \"notnull\", dflt_value, pk, hidden"
                               " FROM pragma_table_xinfo(?) ORDER BY cid"};
    row.bind(1, names_.table);
    while (row.executeStep()) {
      column_facts column;
      column.name = lowered(row.getColumn(0).getString());
      column.type = row.getColumn(1).getString();
      const bool rowid =
          row.getColumn(4).getInt() > 0 && lowered(column.type) == "integer" && !out_.without_rowid;
      column.nullable = row.getColumn(2).getInt() == 0 && !rowid;
      column.has_default = !row.getColumn(3).isNull() || rowid;
      column.generated = row.getColumn(5).getInt() >= 2;
      const char* collation = nullptr;
      sqlite3_table_column_metadata(db_.getHandle(), nullptr, names_.table.c_str(),
                                    column.name.c_str(), nullptr, &collation, nullptr, nullptr,
                                    nullptr);
      column.kind = kind_of(column.type, collation ? collation : "binary");
      if (column.kind == column_kind::nocase_text)
        column.collation = collation;
      out_.columns.push_back(std::move(column));
    }
  }

  [[nodiscard]] bool has_exactly_our_columns() const {
    constexpr std::array<std::pair<const char*, const char*>, 7> ours{{{"user_id", "text"},
                                                                       {"daily_pomo", "integer"},
                                                                       {"weekly_pomo", "integer"},
                                                                       {"monthly_pomo", "integer"},
                                                                       {"yearly_pomo", "integer"},
                                                                       {"updated_at", "integer"},
                                                                       {"version", "integer"}}};
    return std::equal(ours.begin(), ours.end(), out_.columns.begin(), out_.columns.end(),
                      [](const auto& wanted, const column_facts& c) {
                        return c.name == wanted.first && lowered(c.type) == wanted.second
                               && (c.name == "user_id" || !c.nullable);
                      });
  }

  void read_keys() {
    SQLite::Statement index{db_, "SELECT l.name FROM pragma_index_list(?1) l WHERE l.\"unique\""
                                 " AND NOT l.partial AND (SELECT group_concat(lower(x.name) || '/'"
                                 " || lower(x.coll)) FROM pragma_index_xinfo(l.name) x WHERE x.key)"
                                 " = 'user_id/binary'"};
    index.bind(1, names_.table);
    out_.unique_user_id = index.executeStep();
    SQLite::Statement key{db_, "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list(?)"
                               " WHERE lower(\"from\") = 'user_id'"};
    key.bind(1, names_.table);
    while (key.executeStep())
      out_.user_id_references.push_back(key.getColumn(0).getString());
    SQLite::Statement other{db_, "SELECT DISTINCT m.name FROM sqlite_master m,"
                                 " pragma_foreign_key_list(m.name) k WHERE m.type = 'table'"
                                 " AND k.\"table\" = ? COLLATE NOCASE"};
    other.bind(1, names_.table);
    while (other.executeStep())
      out_.referenced_by.push_back(other.getColumn(0).getString());
  }

  void read_triggers() {
    SQLite::Statement row{db_, "SELECT name FROM sqlite_master WHERE type = 'trigger'"
                               " AND tbl_name = ? COLLATE NOCASE AND name NOT LIKE 'standings\\_%'"
                               " ESCAPE '\\' ORDER BY name"};
    row.bind(1, names_.table);
    while (row.executeStep())
      out_.triggers.push_back(row.getColumn(0).getString());
  }

  void read_duplicates() {
    if (out_.unique_user_id || !out_.column("user_id"))
      return;
    SQLite::Statement row{db_, "SELECT user_id, count(*) FROM \"" + names_.table
                                   + "\" WHERE user_id IS NOT NULL GROUP BY user_id"
                                     " HAVING count(*) > 1 ORDER BY 2 DESC, 1"};
    while (row.executeStep()) {
      out_.duplicates.rows += static_cast<std::uint64_t>(row.getColumn(1).getInt64()) - 1;
      if (out_.duplicates.examples.size() < most_examples)
        note_only(out_.duplicates, row.getColumn(0).getString() + ": "
                                       + std::to_string(row.getColumn(1).getInt()) + " rows");
    }
  }

  static void note_only(value_count& found, const std::string& example) {
    found.examples.push_back(shortened(example));
  }

  /// One pass over the rows: user_id, scores, updated_at, then other columns; NULL for missing
  /// ones.
  void read_rows() {
    std::string list = "SELECT ";
    const auto add = [&](const std::string& name) {
      list += (list.size() > 7 ? ", " : "") + (out_.column(name) ? '"' + name + '"' : "NULL");
    };
    add("user_id");
    for (const auto* name : score_columns)
      add(name);
    add("updated_at");
    for (const auto& column : out_.columns)
      if (needs_value(column)) {
        add(column.name);
        out_.required.push_back({column.name, time_census{now_}, true});
      }
    out_.times.emplace(now_);
    SQLite::Statement row{db_, list + " FROM \"" + names_.table + '"'};
    while (row.executeStep())
      read_row(row);
  }

  void read_row(SQLite::Statement& row) {
    const auto id = row.getColumn(0);
    const auto user = shortened(id.getString());
    if (id.isNull())
      ++out_.null_ids;
    else if (!id.isText())
      note(out_.non_text_ids, user);
    else if (!validate_user_id(id.getString()))
      note(out_.unservable_ids,
           id.getString().empty() ? "''" : "a text of " + std::to_string(id.getBytes()) + " bytes");
    for (int i = 0; i < 4; ++i)
      read_score(row.getColumn(1 + i), user, out_.scores[static_cast<std::size_t>(i)]);
    read_time(row.getColumn(5), *out_.times);
    int place = 6;
    for (auto& column : out_.required) {
      const auto value = row.getColumn(place++);
      read_time(value, *column.times);
      column.uuids = column.uuids && value.isText() && looks_like_uuid(value.getString());
    }
  }

  static void read_score(const SQLite::Column& value, const std::string& user, score_facts& out) {
    constexpr double limit = 9007199254740992.0;
    if (value.isNull()) {
      ++out.nulls;
      return;
    }
    const auto example = user + ": " + value.getString();
    double number = value.getDouble();
    if (value.isText()) {
      const auto text = value.getString();
      const bool digits = !text.empty() && text.size() < 17
                          && text.find_first_not_of("0123456789") == std::string::npos;
      note(digits ? out.digits : out.unreadable, user + ": '" + text + "'");
      if (!digits)
        return;
      number = std::stod(text);
    } else if (value.isBlob()) {
      return note(out.unreadable, user + ": a blob");
    }
    if (!std::isfinite(number) || std::floor(number) != number)
      note(out.unreadable, example);
    else if (std::abs(number) >= limit)
      note(out.too_large, example);
    else if (number < 0)
      note(out.negative, example);
  }

  static void read_time(const SQLite::Column& value, time_census& out) {
    if (value.isNull())
      out.add_null();
    else if (value.isInteger())
      out.add(static_cast<std::int64_t>(value.getInt64()));
    else if (value.isFloat())
      out.add(value.getDouble());
    else if (value.isText())
      out.add(std::string_view{value.getText(), static_cast<std::size_t>(value.getBytes())});
    else
      out.add_unreadable("a blob");
  }

  SQLite::Database& db_;
  const table_names& names_;
  sys_time now_;
  table_facts out_;
};

} // namespace

table_facts inspect_sqlite_table(SQLite::Database& db, const table_names& names, sys_time now) {
  return sqlite_inspector{db, names, now}.run();
}

} // namespace standings
