#pragma once

#include "config/config.hpp"
#include "core/base/result.hpp"

#include <string>

/// What the service needs besides its stores. Each check returns what was found, or fails with what
/// is wrong. None changes anything.
namespace standings {

[[nodiscard]] result<std::string> check_data_directory(const config& settings);

/// A port on which a service of Standings answers is fit: the check runs beside it.
[[nodiscard]] result<std::string> check_listening(const config& settings);

/// Only connects to the receiver; what is sent there would be taken for an event. Shows neither
/// path nor query, which may hold a secret.
[[nodiscard]] result<std::string> check_webhook(const std::string& url);

[[nodiscard]] result<std::string> check_alias_source(const config& settings);

} // namespace standings
