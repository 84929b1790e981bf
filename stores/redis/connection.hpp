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

/// A script as a connection runs it.
struct script_source {
  std::string_view name; ///< for causes of failures
  std::string_view sha;
  std::string_view source;
};

/// A reply, or a part of one. A part lives as long as the reply it belongs to.
class redis_reply {
public:
  redis_reply() = default;
  explicit redis_reply(redisReply* owned);

  [[nodiscard]] bool is_error() const;
  [[nodiscard]] bool is_nil() const;
  [[nodiscard]] bool is_string() const;
  [[nodiscard]] std::string_view text() const; ///< of strings, statuses and errors
  [[nodiscard]] std::int64_t integer() const;  ///< of integers and of strings in digits; else 0
  [[nodiscard]] double number() const;         ///< likewise with a fraction
  [[nodiscard]] std::size_t size() const;      ///< of arrays; else 0
  [[nodiscard]] redis_reply operator[](std::size_t i) const;

private:
  std::shared_ptr<redisReply> root_;
  const redisReply* at_ = nullptr;
};

/// One blocking connection with bounded waits. Used by one thread at a time.
class redis_connection {
public:
  using arguments = std::vector<std::string_view>;

  /// Connects, authenticates and selects the database. Fails with `store_unavailable`.
  [[nodiscard]] static result<std::unique_ptr<redis_connection>> open(const redis_options& options);

  /// Sends a command and gives its reply; a reply that is an error is a failure.
  [[nodiscard]] result<redis_reply> command(const arguments& words);

  /// Sends all commands at once; every reply is looked at, and the first that is
  /// an error is the failure.
  [[nodiscard]] result<std::vector<redis_reply>> pipeline(const std::vector<arguments>& commands);

  /// Like `pipeline`, but a reply that is an error is given as it is.
  [[nodiscard]] result<std::vector<redis_reply>> exchange(const std::vector<arguments>& commands);

  /// What a reply that is an error means; `command` is what it answers.
  [[nodiscard]] failure meaning_of(const redis_reply& error, const arguments& command) const;
  [[nodiscard]] static failure meaning_of(const redis_reply& error);

  /// Sends a command whose answer, if any, is among what `pushed` gives.
  [[nodiscard]] result<void> send(const arguments& words);

  /// What the server has sent, about `at_most` replies, errors as they are; empty
  /// where nothing has come for `limit`. For a connection that has subscribed.
  [[nodiscard]] result<std::vector<redis_reply>> pushed(std::chrono::milliseconds limit,
                                                        std::size_t at_most);

  /// Sends all commands at once, and gives each one's reply or failure. Fewer than
  /// there are commands, the last one a failure, where the connection was lost.
  [[nodiscard]] std::vector<result<redis_reply>>
  pipeline_each(const std::vector<arguments>& commands);

  /// Runs a script that the server may have to be told first.
  [[nodiscard]] result<redis_reply> script(const script_source& what, const arguments& keys,
                                           const arguments& values);

  /// The connection cannot be used again.
  [[nodiscard]] bool broken() const { return why_broken_.has_value(); }

  /// Why; only of a broken one.
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
