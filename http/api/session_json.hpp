#pragma once

#include "messages/sessions.hpp"

#include <string>

/// The JSON of session sync.
namespace standings {

/// The result of a full sync, or of syncing one session.
std::string sync_json(const sessions_synced& what);
std::string full_sync_json(const full_sync_report& report);

/// `{"sync_enabled":…,"redis_connected":…,"service_status":…,…}`.
std::string sessions_status_json(const sessions_status& report);

/// One session of the comparison.
std::string compared_json(const compared_session& session);

/// A page of the comparison, with counts of its verdicts.
std::string comparison_json(const session_comparison& page);

} // namespace standings
