#pragma once

#include "core/base/result.hpp"
#include "stores/redis/options.hpp"

struct ssl_ctx_st;

namespace standings {

/// Loads the certificate authorities, the client's certificate and its key into `context`. The
/// cause of a failure names the option and the file, and quotes nothing of the file.
[[nodiscard]] result<void> load_tls_files(ssl_ctx_st* context, const redis_tls_options& options);

} // namespace standings
