#pragma once

#include "http/server/answer.hpp"
#include "http/server/header_fields.hpp"

#include <string>
#include <string_view>

/// Answers whose content changes only with the program.
namespace standings {

/// The ETag of a content with this SHA-256 in hexadecimal digits.
[[nodiscard]] std::string entity_tag(std::string_view sha256);

/// Fills in the content and its tag, or 304 if the client has a copy (If-None-Match). Clients ask
/// each time, so that an upgrade shows at once.
void set_unchanging(answer& to, std::string_view content, const std::string& tag,
                    const header_fields& headers);

} // namespace standings
