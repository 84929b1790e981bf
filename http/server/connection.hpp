#pragma once

#include "core/base/task.hpp"
#include "core/limits/address_counts.hpp"
#include "core/limits/ip_address.hpp"
#include "http/server/admission.hpp"
#include "http/server/deadlines.hpp"
#include "http/server/event_stream.hpp"
#include "http/server/memory_share.hpp"
#include "http/server/request_reader.hpp"
#include "http/server/tls_stream.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace standings {

class event_loop;
class open_stream;

struct membership;
using member_hook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<membership>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// One client connection of an event loop. It handles one request at a time, so answers are in
/// order; it reads no further while a request is being handled or while the client does not take
/// an answer. What it waits for keeps it alive: the socket, or the handler of its request. An idle
/// connection holds no buffers. With TLS the handshake has to end, and a request to begin, within
/// the time for the first byte.
///
/// An answer may be a stream of events; it is the last one of its connection. The connection holds
/// the event that it is sending and nothing behind it: it asks for the next one when the client has
/// taken that.
class connection : public std::enable_shared_from_this<connection>,
                   public deadline_hook,
                   public member_hook,
                   private event_stream::reader {
public:
  using clock = std::chrono::steady_clock;

  /// Owns the socket, which counts in the loop's open connections. `place`: that of its address.
  connection(int fd, std::string address, address_place place, event_loop& loop);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  virtual ~connection();

  void start();

  /// Closes now if no request has arrived, otherwise after its answer. Ends a stream.
  void drain();

  void close();

  /// Closes because another connection needs the place.
  void make_way();

  /// For `deadlines`.
  void expired(waits_for what);
  clock::time_point deadline{};

private:
  void await_readable();
  void await_writable();
  void readable();
  void writable();
  [[nodiscard]] bool begin_tls();
  void shake_hands();
  [[nodiscard]] std::size_t receive(std::span<char> to, boost::system::error_code& error);
  [[nodiscard]] std::size_t transmit(std::string_view bytes, boost::system::error_code& error);
  void take(std::string_view bytes);
  void advance();
  [[nodiscard]] std::size_t consume(std::string_view bytes);
  [[nodiscard]] bool may_read_on() const;
  void head_arrived();
  [[nodiscard]] ip_address client_of(const request& rq) const;
  [[nodiscard]] bool is_one_too_many(const route* to, const ip_address& client);
  void refuse_one_too_many(const admission& decided);
  void handle();
  [[nodiscard]] bool hold_body();
  static detached run_handler(std::shared_ptr<connection> self);
  void answered(const answer& with);
  void respond(const answer& with);
  void note_answer(int status);
  void audit(int status);
  void refuse(const failure& why);
  void start_over();
  void client_ended();
  [[nodiscard]] bool flush();
  void await_input();
  void finish();
  void linger();
  void discard_input();
  void wait_for(waits_for what);

  // -- connection_stream.cpp
  /// What let a stream in, to be shown again when the policy has been replaced.
  struct pass {
    request shown;
    access who = access::anyone;
    std::uint64_t policy_version = 0; ///< that was asked last; none has this number
  };
  void begin_stream(const answer& with);
  [[nodiscard]] std::optional<address_place> place_for_stream(const ip_address& client);
  void more() override;
  [[nodiscard]] bool may_stay();
  void stream_on();
  void stream_input();
  void end_after_output();
  void keep_stream_alive();
  void end_stream();
  void finish_stream();

  event_loop& loop_;
  boost::asio::ip::tcp::socket socket_;
  std::unique_ptr<tls_stream> tls_; ///< null: plain HTTP
  const std::string address_;
  const ip_address peer_;
  const address_place place_;
  request_reader reader_;
  memory_share body_share_;         ///< of the request's body
  const route* route_ = nullptr;    ///< of the request that is read or handled
  const route* meant_ = nullptr;    ///< the same, also if the request is refused
  std::unique_ptr<answer> refusal_; ///< of a request whose small body is read nevertheless
  std::string in_;                  ///< received, not consumed
  std::string out_;                 ///< not sent, from sent_ on
  std::size_t sent_ = 0;
  std::unique_ptr<open_stream> stream_; ///< set while events are sent
  std::unique_ptr<pass> pass_;          ///< of the stream
  std::size_t lingered_ = 0;            ///< bytes discarded
  std::size_t turn_ = 0;                ///< requests handled since others had their turn
  waits_for waiting_ = waits_for::first_byte;
  bool is_waiting_ = false; ///< a deadline for `waiting_` is set
  bool handling_ = false;
  bool consuming_ = false;
  bool wants_more_ = false; ///< what has been received is not enough for a request
  bool closing_ = false;    ///< after what is in out_
  bool has_unread_ = false; ///< the client may be sending what is not read
  bool lingering_ = false;
  bool is_late_ = false; ///< the request had a second time-out, for the loop was late
  bool reading_ = false; ///< waits for the socket to be readable
  bool writing_ = false;
};

} // namespace standings
