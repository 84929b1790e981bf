#pragma once

#include "core/access/access_policy.hpp"
#include "http/server/router.hpp"

#include <optional>
#include <string>

namespace standings {

/// Whether and how a request is served, decided from its head.
struct admission {
  const route* to = nullptr;     ///< null if it is refused
  body_framing framing;          ///< of the body to read
  std::optional<answer> refusal; ///< unless `to` is set
  bool close = false;            ///< after the refusal, because the body is not read
};

/// Decides about a request whose head has been read; sets its captures, query and id.
[[nodiscard]] admission admit(request& rq, const router& routes, const access_policy& policy,
                              std::size_t max_body_bytes);

} // namespace standings
