#pragma once

#include "core/base/result.hpp"
#include "stores/redis/options.hpp"
#include "stores/redis/protocol.hpp"
#include "stores/redis/wait_for.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

class redis_transport;

/// A script in the form that a connection runs.
struct script_source {
  std::string_view name; ///< for messages of failures
  std::string_view sha;
  std::string_view source;
};

/// One blocking connection with bounded waits, for one thread at a time. A server that moves less
/// than 16 KiB and completes no reply within `command_timeout` counts as lost.
class redis_connection {
public:
  using arguments = std::vector<std::string_view>;

  /// Connects, authenticates and selects the database. Fails with `store_unavailable`.
  /// `connect_timeout` bounds the TCP connection; the TLS handshake and each command have
  /// `command_timeout`, since a busy server is slow to answer them.
  [[nodiscard]] static result<std::unique_ptr<redis_connection>> open(const redis_options& options);

  redis_connection(const redis_connection&) = delete;
  redis_connection& operator=(const redis_connection&) = delete;
  ~redis_connection();

  /// Gives up the transport, for an event loop to drive. Precondition: no reply is missing. The
  /// connection cannot be used again.
  [[nodiscard]] std::unique_ptr<redis_transport> release();

  /// Sends a command and returns its reply; an error reply is a failure.
  [[nodiscard]] result<redis_reply> command(const arguments& words);

  /// Sends all commands at once; the first error reply, if any, is the failure.
  [[nodiscard]] result<std::vector<redis_reply>> pipeline(const std::vector<arguments>& commands);

  /// Like `pipeline`, but returns error replies as they are.
  [[nodiscard]] result<std::vector<redis_reply>> exchange(const std::vector<arguments>& commands);

  /// The failure for an error reply to `command`.
  [[nodiscard]] failure meaning_of(const redis_reply& error, const arguments& command) const;
  [[nodiscard]] static failure meaning_of(const redis_reply& error);

  /// Sends a command without waiting; its reply, if any, is among those that `pushed` returns.
  [[nodiscard]] result<void> send(const arguments& words);

  /// The replies that the server has sent, about `at_most`, including error replies; empty if none
  /// arrives within `limit`. For a connection that has subscribed.
  [[nodiscard]] result<std::vector<redis_reply>> pushed(std::chrono::milliseconds limit,
                                                        std::size_t at_most);

  /// Sends all commands at once and returns each one's reply or failure. If the connection is lost,
  /// there are fewer results than commands, and the last one is a failure.
  [[nodiscard]] std::vector<result<redis_reply>>
  pipeline_each(const std::vector<arguments>& commands);

  /// Runs a script, and sends its text if the server does not know it yet.
  [[nodiscard]] result<redis_reply> script(const script_source& what, arguments keys,
                                           arguments values);

  /// The keys and values of one call of a script.
  struct script_call {
    arguments keys;
    arguments values;
  };

  /// Sends all calls at once and returns what `pipeline_each` does.
  [[nodiscard]] std::vector<result<redis_reply>> scripts(const script_source& what,
                                                         const std::vector<script_call>& calls);

  /// Whether the connection was lost; it cannot be used again then.
  [[nodiscard]] bool broken() const { return why_broken_.has_value(); }

  /// Why it is broken. Precondition: `broken()`.
  [[nodiscard]] const failure& why_broken() const { return *why_broken_; }

private:
  using clock = std::chrono::steady_clock;

  redis_connection(std::unique_ptr<redis_transport> transport, const redis_options& options);

  [[nodiscard]] result<void> greet(const redis_options& options);
  void append(const arguments& words);
  void append_script_call(std::string_view command, std::string_view script,
                          const script_call& call);
  [[nodiscard]] result<redis_reply> read(const std::string& doing);
  [[nodiscard]] result<redis_reply> checked(result<redis_reply> reply, const std::string& doing);
  [[nodiscard]] std::string describe(const arguments& words) const;
  failure lost(const std::string& doing, const failure& why);
  [[nodiscard]] result<void> take_read(std::vector<redis_reply>& to, std::size_t at_most);

  [[nodiscard]] result<redis_reply> await_reply();
  [[nodiscard]] result<std::size_t> move_bytes(clock::time_point until);
  [[nodiscard]] result<std::size_t> write_some(wait_for& before_next);
  [[nodiscard]] result<std::size_t> read_some();

  std::unique_ptr<redis_transport> transport_;
  reply_reader replies_;
  std::string unsent_;
  std::size_t sent_ = 0;                     ///< how much of it has been sent
  wait_for before_read_ = wait_for::nothing; ///< what to wait for before the next read
  std::string address_;
  std::chrono::milliseconds patience_;
  std::optional<failure> why_broken_;
};

} // namespace standings
