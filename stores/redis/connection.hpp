#pragma once

#include "core/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct redisContext;
struct redisReply;

namespace standings {

struct redis_options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string username;
  std::string password; ///< a secret: never logged
  std::uint32_t db = 0;
  std::chrono::milliseconds connect_timeout{500};
  std::chrono::milliseconds command_timeout{1'000};
};

/// `host:port`.
[[nodiscard]] std::string address_of(const redis_options& options);

/// A script in the form that a connection runs.
struct script_source {
  std::string_view name; ///< for messages of failures
  std::string_view sha;
  std::string_view source;
};

/// A reply or a part of one. A part is valid as long as the reply it belongs to.
class redis_reply {
public:
  redis_reply() = default;
  explicit redis_reply(redisReply* owned);

  [[nodiscard]] bool is_error() const;
  [[nodiscard]] bool is_nil() const;
  [[nodiscard]] bool is_string() const;
  [[nodiscard]] std::string_view text() const; ///< of strings, statuses and errors; else empty
  [[nodiscard]] std::int64_t integer() const;  ///< of integers and of strings of digits; else 0
  [[nodiscard]] double number() const;         ///< the same with a fraction
  [[nodiscard]] std::size_t size() const;      ///< of arrays; else 0
  [[nodiscard]] redis_reply operator[](std::size_t i) const;

private:
  std::shared_ptr<redisReply> root_;
  const redisReply* at_ = nullptr;
};

/// One blocking connection with bounded waits, for one thread at a time.
class redis_connection {
public:
  using arguments = std::vector<std::string_view>;

  /// Connects, authenticates and selects the database. Fails with `store_unavailable`.
  [[nodiscard]] static result<std::unique_ptr<redis_connection>> open(const redis_options& options);

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
  [[nodiscard]] result<redis_reply> script(const script_source& what, const arguments& keys,
                                           const arguments& values);

  /// Whether the connection was lost; it cannot be used again then.
  [[nodiscard]] bool broken() const { return why_broken_.has_value(); }

  /// Why it is broken. Precondition: `broken()`.
  [[nodiscard]] const failure& why_broken() const { return *why_broken_; }

private:
  redis_connection(redisContext* context, const redis_options& options);

  void append(const arguments& words);
  [[nodiscard]] result<redis_reply> read(const std::string& doing);
  [[nodiscard]] result<redis_reply> checked(result<redis_reply> reply, const std::string& doing);
  [[nodiscard]] std::string describe(const arguments& words) const;
  failure lost(const std::string& doing);
  [[nodiscard]] result<void> take_read(std::vector<redis_reply>& to, std::size_t at_most);

  struct closer {
    void operator()(redisContext* c) const;
  };
  std::unique_ptr<redisContext, closer> context_;
  std::string address_;
  std::chrono::milliseconds patience_;
  std::optional<failure> why_broken_;
};

} // namespace standings
