#include "stores/postgres/adoption.hpp"
#include "stores/postgres/inspection_sql.hpp"
#include "stores/sql/sql_text.hpp"

#include <algorithm>
#include <array>

namespace standings {

namespace {

namespace inspection_sql = postgres_inspection_sql;

column_kind kind_of(const std::string& type, bool compares_bytes) {
  if (type == "text" || type == "varchar" || type == "bpchar")
    return compares_bytes ? column_kind::text : column_kind::nocase_text;
  if (type == "citext")
    return column_kind::nocase_text;
  if (type == "int8")
    return column_kind::integer;
  if (type == "int4" || type == "int2")
    return column_kind::small_integer;
  if (type == "numeric" || type == "float4" || type == "float8")
    return column_kind::number;
  if (type == "timestamp")
    return column_kind::timestamp;
  if (type == "timestamptz")
    return column_kind::timestamptz;
  if (type == "date")
    return column_kind::date;
  if (type == "uuid")
    return column_kind::uuid;
  return type == "bool" ? column_kind::boolean : column_kind::other;
}

bool is_number(column_kind kind) {
  return kind == column_kind::integer || kind == column_kind::small_integer
         || kind == column_kind::number;
}

/// Inspects a table through the catalogue and with aggregates.
class postgres_inspector {
public:
  postgres_inspector(pqxx::transaction_base& tx, const table_names& names, sys_time now)
      : tx_(tx), names_(names), now_(now) {}

  table_facts run() {
    read_server();
    read_bookkeeping();
    read_relation();
    if (out_.kind != relation_kind::table)
      return std::move(out_);
    read_columns();
    read_names(inspection_sql::references, out_.user_id_references);
    read_names(inspection_sql::referenced_by, out_.referenced_by);
    read_names(inspection_sql::checks, out_.checks);
    read_names(inspection_sql::triggers, out_.triggers);
    out_.unique_user_id = !exec(inspection_sql::unique_index).empty();
    read_names(inspection_sql::deferrable_unique, out_.deferrable_unique);
    out_.ours = is_postgres_table_ours(tx_, names_);
    if (!out_.missing_rights.empty() && out_.missing_rights.front() == "SELECT")
      return std::move(out_);
    out_.rows = exec(inspection_sql::count)[0][0].as<std::uint64_t>();
    if (!out_.ours)
      read_rows();
    return std::move(out_);
  }

private:
  pqxx::result exec(const std::string& text) { return tx_.exec(with_names(text, names_)); }

  void read_server() {
    const auto row = exec(
        replaced(inspection_sql::server, "{schema}", tx_.quote(tx_.quote_name(names_.schema))))[0];
    out_.database = "PostgreSQL " + std::string{row[0].c_str()};
    out_.user = row[1].c_str();
    out_.encoding = row[2].c_str();
    out_.may_create = row[3].as<bool>();
    out_.may_create_table = row[4].as<bool>();
    out_.name = names_.table;
  }

  void read_bookkeeping() {
    const auto row = exec(inspection_sql::bookkeeping)[0];
    if (row[0].as<bool>() && !row[1].as<bool>())
      out_.foreign_bookkeeping.push_back(with_names("{own}schema_migrations", names_));
    out_.may_create = out_.may_create || (row[0].as<bool>() && row[1].as<bool>());
  }

  void read_relation() {
    const auto rows = exec(inspection_sql::relation);
    if (rows.empty())
      return;
    const auto row = rows[0];
    out_.name = row["name"].c_str();
    const std::string kind = row["relkind"].c_str();
    out_.kind = kind == "r"                  ? relation_kind::table
                : kind == "v" || kind == "m" ? relation_kind::view
                : kind == "p"                ? relation_kind::partitioned
                                             : relation_kind::other;
    out_.kind_name = row["kind_name"].c_str();
    out_.unlogged = std::string{row["relpersistence"].c_str()} == "u";
    out_.has_children = row["has_children"].as<bool>();
    out_.owner = row["owner"].c_str();
    out_.may_alter = row["may_alter"].as<bool>();
    out_.row_security = row["row_security"].as<bool>();
    constexpr std::array<std::pair<const char*, const char*>, 4> rights{{{"may_select", "SELECT"},
                                                                         {"may_insert", "INSERT"},
                                                                         {"may_update", "UPDATE"},
                                                                         {"may_delete", "DELETE"}}};
    for (const auto& [column, right] : rights)
      if (!row[column].as<bool>())
        out_.missing_rights.emplace_back(right);
  }

  void read_columns() {
    for (const auto& row : exec(inspection_sql::columns)) {
      column_facts column;
      column.name = row["attname"].c_str();
      column.type = row["type"].c_str();
      column.collation = row["collation"].c_str();
      column.kind = kind_of(row["typname"].c_str(), row["deterministic"].as<bool>());
      column.nullable = !row["attnotnull"].as<bool>();
      column.has_default = row["has_default"].as<bool>();
      column.generated = row["generated"].as<bool>();
      column.exact = row["exact"].as<bool>();
      if (!row["dependants"].is_null())
        column.views.emplace_back(row["dependants"].c_str());
      if (column.name == "version")
        out_.version_is_ours = row["is_our_version"].as<bool>();
      out_.columns.push_back(std::move(column));
    }
  }

  void read_names(const std::string& text, std::vector<std::string>& to) {
    for (const auto& row : exec(text))
      to.emplace_back(row[0].c_str());
  }

  /// A SELECT of a count and of up to three examples.
  value_count counted(const std::string& condition, const std::string& example) {
    value_count out;
    const auto from = " FROM {table} WHERE " + condition;
    out.rows = exec("SELECT count(*)" + from)[0][0].as<std::uint64_t>();
    if (out.rows > 0)
      for (const auto& row : exec("SELECT left(" + example + ", 60)" + from + " LIMIT 3"))
        out.examples.emplace_back(row[0].c_str());
    return out;
  }

  void read_rows() {
    if (out_.column("user_id"))
      read_ids();
    for (std::size_t i = 0; i < score_columns.size(); ++i)
      if (const auto* column = out_.column(score_columns[i]))
        read_scores(*column, out_.scores[i]);
    out_.times.emplace(now_);
    if (const auto* column = out_.column("updated_at"))
      read_times(*column, *out_.times);
    for (const auto& column : out_.columns)
      if (needs_value(column))
        read_required(column);
  }

  void read_ids() {
    out_.null_ids = exec(inspection_sql::null_ids)[0][0].as<std::uint64_t>();
    const auto* column = out_.column("user_id");
    if (column->kind == column_kind::text || column->kind == column_kind::nocase_text)
      out_.unservable_ids = counted("octet_length(user_id::text) NOT BETWEEN 1 AND 128"
                                    " OR user_id::text COLLATE \"C\" ~ '[[:cntrl:]]'",
                                    "quote_literal(left(user_id::text, 40))");
    if (out_.unique_user_id)
      return;
    for (const auto& row : exec(inspection_sql::duplicates)) {
      out_.duplicates.rows = row[2].as<std::uint64_t>();
      out_.duplicates.examples.push_back(std::string{row[0].c_str()} + ": " + row[1].c_str()
                                         + " rows");
    }
  }

  void read_scores(const column_facts& column, score_facts& out) {
    const auto& c = column.name;
    out.nulls =
        exec("SELECT count(*) FROM {table} WHERE " + c + " IS NULL")[0][0].as<std::uint64_t>();
    if (!is_number(column.kind))
      return;
    const auto example = "user_id::text || ': ' || " + c + "::text";
    out.negative = counted(c + " < 0 AND " + c + "::text !~ '[nN]'", example);
    if (column.kind == column_kind::small_integer)
      return;
    out.too_large =
        counted("abs(" + c + ") >= 9007199254740992 AND " + c + "::text !~ '[nN]'", example);
    if (column.kind == column_kind::number)
      out.unreadable = counted(c + "::text ~ '[nN]' OR " + c + " <> trunc(" + c + ")", example);
  }

  void read_times(const column_facts& column, time_census& out) {
    const bool native = column.kind == column_kind::timestamp
                        || column.kind == column_kind::timestamptz
                        || column.kind == column_kind::date;
    const auto value = native ? "CASE WHEN " + column.name
                                    + " IS NOT NULL THEN to_char(least(greatest(" + column.name
                                    + ", '0001-01-01'), '9999-01-01')::timestamp,"
                                      " 'YYYY-MM-DD HH24:MI:SS.US') END"
                              : column.name + "::text";
    tx_.exec(with_names(
        "DECLARE standings_values NO SCROLL CURSOR FOR SELECT " + value + " FROM {table}", names_));
    for (;;) {
      const auto rows = tx_.exec("FETCH 10000 FROM standings_values");
      for (const auto& row : rows)
        add(row[0], native, out);
      if (rows.empty())
        break;
    }
    tx_.exec("CLOSE standings_values");
  }

  static void add(const pqxx::field& value, bool native, time_census& out) {
    if (value.is_null())
      return out.add_null();
    const auto read = native ? parse_foreign_time(value.c_str()) : std::nullopt;
    if (read)
      out.add(read->at);
    else
      out.add(std::string_view{value.c_str(), value.size()});
  }

  void read_required(const column_facts& column) {
    table_facts::required_column required{column.name, time_census{now_}, false};
    read_times(column, *required.times);
    required.uuids = column.kind == column_kind::text
                     && exec("SELECT coalesce(bool_and(" + tx_.quote_name(column.name)
                             + " ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'), false)"
                               " FROM {table}")[0][0]
                            .as<bool>();
    out_.required.push_back(std::move(required));
  }

  pqxx::transaction_base& tx_;
  const table_names& names_;
  sys_time now_;
  table_facts out_;
};

} // namespace

table_facts inspect_postgres_table(pqxx::transaction_base& tx, const table_names& names,
                                   sys_time now) {
  return postgres_inspector{tx, names, now}.run();
}

} // namespace standings
