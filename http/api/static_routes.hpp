#pragma once

#include "core/base/embedded.hpp"
#include "http/server/answer.hpp"
#include "http/server/request.hpp"

#include <string_view>

namespace standings {

/// The files of `web/`: the dashboard, the JavaScript client and its example.
std::span<const embedded_file> web_files();

/// The media type that a file's name ends in. `application/octet-stream` if it is unknown.
[[nodiscard]] std::string_view content_type_of(std::string_view name);

/// Whether the client wants a page rather than JSON: Accept names text/html.
[[nodiscard]] bool accepts_html(const header_fields& headers);

/// The answer with a file: 304 if the client's copy is the same.
[[nodiscard]] answer file_answer(const embedded_file& file, const header_fields& headers);

} // namespace standings
