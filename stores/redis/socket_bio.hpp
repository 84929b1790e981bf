#pragma once

#include <openssl/bio.h>

namespace standings {

/// A BIO over a socket that does not block and that somebody else closes. Unlike OpenSSL's own, it
/// never raises SIGPIPE. Null if there is no memory. `*fd` has to outlive it.
[[nodiscard]] BIO* make_socket_bio(int* fd);

} // namespace standings
