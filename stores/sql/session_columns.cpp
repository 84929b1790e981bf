#include "stores/sql/session_columns.hpp"

#include "stores/sql/sql_text.hpp"

#include <array>

namespace standings {

namespace {

constexpr std::array<session_column, 20> columns{{
    {"users", "id"},
    {"users", "external_id"},
    {"users", "name"},
    {"groups", "id"},
    {"groups", "name"},
    {"sessions", "id"},
    {"sessions", "external_id"},
    {"sessions", "group_id"},
    {"sessions", "created_at"},
    {"sessions", "updated_at"},
    {"sessions", "synced_at"},
    {"messages", "id"},
    {"messages", "session_id"},
    {"messages", "sender_id"},
    {"messages", "external_id"},
    {"messages", "content"},
    {"messages", "sent_at"},
    {"session_quarantine", "external_id"},
    {"session_quarantine", "reason"},
    {"session_quarantine", "at"},
}};

} // namespace

std::span<const session_column> session_columns() {
  return columns;
}

failure lacks_column(const session_column& missing) {
  return fail(errc::store_unavailable, std::string{"session sync needs column "} + missing.column
                                           + " in table " + replaced(missing.table, "{own}", "")
                                           + ", which another application has created without it");
}

failure unfit_tables(const std::string& why) {
  return fail(errc::store_unavailable, "session sync cannot use the tables that are there: " + why);
}

} // namespace standings
