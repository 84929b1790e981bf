#pragma once

#include "core/base/result.hpp"

#include <string_view>

namespace standings {

struct request;

/// Checks the target of a request whose head has been read by RFC 9112, 3.2, and RFC 3986. One in
/// absolute form becomes the path within it, and its authority the Host. Fails with `malformed`:
/// whoever stands in front may have understood something else. Bytes beyond ASCII are let pass,
/// since people type them; they are those of an id.
[[nodiscard]] result<void> take_target(request& rq);

} // namespace standings
