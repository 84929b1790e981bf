#pragma once

#include "stores/redis/calls.hpp"
#include "stores/redis/transport.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace standings {

/// One connection to Redis that all coroutines of an event loop share: commands of one turn of the
/// loop go out together, and their replies come back in the same order. The circuit breaker is that
/// of redis_pool: after a connection failed or was lost, calls fail at once while one of them waits
/// for a new connection, at most once every `pause`. For the loop's thread only.
class redis_multiplexer final : public redis_calls {
public:
  /// Opens and checks a connection; blocking, and called on a thread of `opener`.
  using open_fn = std::function<result<std::unique_ptr<redis_connection>>()>;

  redis_multiplexer(boost::asio::io_context& loop, boost::asio::thread_pool& opener, open_fn open,
                    const redis_options& options,
                    std::chrono::milliseconds pause = std::chrono::milliseconds{250});
  ~redis_multiplexer() override { end(); }

  /// Calls without a reply, and further ones, fail with `shutting_down`.
  void end();

  task<result<redis_reply>> command(arguments words) override;
  task<result<std::vector<redis_reply>>> pipeline(std::vector<arguments> commands) override;
  task<result<redis_reply>> script(script_source what, arguments keys, arguments values) override;

private:
  using clock = std::chrono::steady_clock;
  using awaited_reply = later<result<redis_reply>>;

  /// A command as the server reads it.
  struct queued {
    std::string text;
    awaited_reply* to;
  };

  task<result<void>> await_open();
  void begin_open();
  void opened(result<std::unique_ptr<redis_connection>> made);
  void tell_waiting(const result<void>& outcome);
  [[nodiscard]] std::chrono::milliseconds longest_open() const;
  void adopt(std::unique_ptr<redis_transport> transport);

  void send(const arguments& words, awaited_reply& to);
  [[nodiscard]] result<redis_reply> checked(result<redis_reply> reply, const std::string& doing);
  void expect(awaited_reply& to);
  void drive_soon();
  void drive();
  [[nodiscard]] result<bool> write_some();
  [[nodiscard]] result<bool> read_some();
  [[nodiscard]] result<void> take_replies();
  void await_socket();
  void lost(const failure& why);
  void look_later();

  boost::asio::io_context& loop_;
  boost::asio::thread_pool& opener_;
  const open_fn open_;
  const redis_options options_;
  const std::string address_;
  const std::chrono::milliseconds pause_;

  std::unique_ptr<redis_transport> transport_;                  ///< null unless connected
  std::optional<boost::asio::posix::stream_descriptor> socket_; ///< of transport_, to wait on
  std::unique_ptr<reply_reader> replies_;
  std::string unsent_;
  std::size_t sent_ = 0;
  std::deque<awaited_reply*> expected_; ///< in the order in which the commands were sent
  std::deque<queued> queued_;           ///< not sent yet, because many replies are expected
  clock::time_point heard_{};           ///< when the server sent something, or began to owe a reply
  wait_for before_write_ = wait_for::nothing;
  wait_for before_read_ = wait_for::nothing;
  std::uint64_t connection_ = 0; ///< tells callbacks of an earlier connection
  bool reading_ = false;         ///< waits for the socket to be readable
  bool writing_ = false;
  bool driving_soon_ = false;
  bool driving_ = false;

  std::vector<later<result<void>>*> waiting_; ///< for the connection
  std::future<void> opening_;
  clock::time_point opening_since_{};
  bool is_opening_ = false;
  breaker breaker_;                 ///< open: the server is away
  std::atomic<bool> ended_ = false; ///< also read by the opener
  clock::time_point next_probe_{};
  failure last_failure_;

  boost::asio::steady_timer timer_;
  bool looking_ = false;
  std::array<char, 65'536> buffer_{};
};

} // namespace standings
