#pragma once

#include "http/server/chunk_tracker.hpp"

#include <httplib.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>

namespace standings {

/// Bounds on one request.
struct request_limits {
  std::chrono::milliseconds request_timeout{5'000};
  std::size_t max_header_bytes = 65'536;
  std::size_t max_body_bytes = 1 << 20;
};

/// Why reading a request was cut short.
enum class cut : std::uint8_t { none, timed_out, headers_too_large, body_too_large };

/// One client connection as httplib's Stream: non-blocking underneath, with a deadline for the
/// whole request instead of one per read, bounds on the bytes read, and one write per response.
/// Owns the socket. Used by one thread at a time.
class connection final : public httplib::Stream {
public:
  using clock = std::chrono::steady_clock;

  connection(int fd, const request_limits& limits);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection() override;

  // -- for the pool ----------------------------------------------------------------

  /// How much of the next request has arrived.
  enum class arrival : std::uint8_t { part, ready, gone };

  /// Takes what the socket has, without waiting. `ready`: the next request is complete, or too long
  /// to buffer without a thread, or ended early. `gone`: the client has closed without one.
  [[nodiscard]] arrival take_arrived();

  /// Whether the buffer holds the whole next request, including its body.
  [[nodiscard]] bool has_request() const;

  /// Whether a request has been arriving for longer than allowed.
  [[nodiscard]] bool overdue() const;

  /// Whether the client has waited for so long that an answer is useless.
  [[nodiscard]] bool abandoned() const;

  /// Starts a new request: its deadline counts from its first byte.
  void begin_request();

  /// Called when the headers have been read; from here on the body's bounds apply. The trailer
  /// fields of a chunked body are read and dropped, because httplib does not support them.
  void headers_done(bool chunked);

  /// Sends what was written. Returns false if the client does not take it in time.
  bool flush();

  /// Whether bytes of the next request have been read already.
  [[nodiscard]] bool has_buffered() const { return in_begin_ < in_end_; }

  /// Waits up to `limit` for bytes of the next request.
  [[nodiscard]] bool wait_readable(std::chrono::milliseconds limit) const;

  /// Ends the connection so that the client still receives the response although it is sending a
  /// request that is not read: half-closes, and drains briefly.
  void linger();

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] cut why_cut() const { return cut_; }

  /// Whether the last bytes read of the body are an empty line.
  [[nodiscard]] bool at_blank_line() const { return tail_ == "\r\n\r\n"; }

  [[nodiscard]] clock::time_point last_active() const { return last_active_; }

  /// Closes after the current response, which announces it.
  bool close_after_answer = false;

  // -- httplib::Stream ---------------------------------------------------------------

  bool is_readable() const override { return true; }
  bool is_writable() const override { return fd_ >= 0; }
  ssize_t read(char* to, size_t size) override;
  ssize_t write(const char* from, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;

  /// Not the descriptor: httplib only compares it with FD_SETSIZE, a limit of
  /// select(), which this class does not use.
  socket_t socket() const override { return 0; }

private:
  [[nodiscard]] bool wait(short events, clock::time_point until) const;
  ssize_t fill();
  ssize_t take(char* to, std::size_t size);
  bool read_trailers();

  int fd_;
  const request_limits limits_;
  std::array<char, 8'192> in_{};
  std::size_t in_begin_ = 0;
  std::size_t in_end_ = 0;
  std::string out_;
  bool write_failed_ = false;  ///< nothing more can be sent
  std::size_t allowance_ = 0;  ///< bytes that may still be read in this phase
  std::size_t line_bytes_ = 0; ///< length so far of the current header line
  std::string tail_;           ///< the last four bytes read of the body
  bool in_body_ = false;
  bool chunked_ = false;
  chunk_tracker chunks_;
  bool trailers_read_ = false;
  std::string instead_; ///< given to httplib in place of the trailer section
  cut cut_ = cut::none;
  clock::time_point began_{}; ///< when the first byte of the next request arrived
  clock::time_point deadline_{};
  clock::time_point last_active_ = clock::now();
};

} // namespace standings
