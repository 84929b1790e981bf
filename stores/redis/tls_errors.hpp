#pragma once

#include <string>

namespace standings {

/// Why the peer's certificate was refused, and which option may be wrong. `code` is one of
/// X509_V_ERR.
[[nodiscard]] std::string meaning_of_certificate_error(long code, const std::string& server_name);

/// What OpenSSL's last error, taken from its queue, means for the operator. `certificate_shown`:
/// whether the options name a certificate of ours.
[[nodiscard]] std::string meaning_of_tls_error(unsigned long error, bool certificate_shown);

} // namespace standings
