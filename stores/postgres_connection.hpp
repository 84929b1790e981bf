#pragma once

#include "core/result.hpp"

#include <pqxx/pqxx>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// Opens a connection with bounds on connecting, on statements and on waiting
/// for locks, and with TCP keep-alives, each unless the URL sets its own.
/// Throws what pqxx throws.
std::unique_ptr<pqxx::connection> open_postgres(const std::string& url);

/// Applies the embedded migrations that the database has not seen, in order and
/// under an advisory lock. A leaderboard table that an earlier application
/// created is adopted: `version`, byte-order ids, times with a zone, no NULLs.
/// Throws what pqxx throws.
void migrate_postgres(pqxx::connection& db, const std::string& table);

/// What the exception being handled means; `while_committing` tells a lost
/// connection whose effect nobody knows from one that changed nothing. To be
/// called from a catch block; rethrows what is not the driver's.
failure translate_postgres(bool while_committing = false);

/// A PostgreSQL array literal, for a parameter that is cast to text[].
std::string text_array(const std::vector<std::string>& values);

/// Likewise for bigint[].
std::string bigint_array(const std::vector<std::int64_t>& values);

} // namespace standings
