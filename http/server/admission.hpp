#pragma once

#include "core/access/access_policy.hpp"
#include "http/server/cors.hpp"
#include "http/server/failed_logins.hpp"
#include "http/server/router.hpp"

#include <optional>
#include <string>

namespace standings {

/// Whether and how a request is served, decided from its head.
struct admission {
  const route* to = nullptr;    ///< null if no handler answers
  const route* meant = nullptr; ///< the route of its path and method, also if it is refused
  body_framing framing;         ///< of the body to read
  std::optional<answer> reply;  ///< unless `to` is set: a refusal, or what OPTIONS asks for
  bool close = false;           ///< after the reply, because the body is not read
};

/// Decides about a request whose head has been read; sets its captures, query and id.
[[nodiscard]] admission admit(request& rq, const router& routes, const access_policy& policy,
                              const cors_policy& cors, failed_logins& failed,
                              std::size_t max_body_bytes);

} // namespace standings
