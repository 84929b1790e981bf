#pragma once

/// What the two candidates for the server's parser share: one event loop per core, connections
/// that read and send without waiting, and the constants that they answer. Only the parser differs.

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace candidates {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// Bounds on one request, the same for both.
constexpr std::size_t max_head_bytes = 65'536;
constexpr std::size_t max_body_bytes = 1 << 20;
constexpr std::ptrdiff_t max_fields = 100;

/// The bodies of the answers: constants of the sizes that the command line asks for.
struct answers {
  std::string top;
  std::string rank;
  std::string update;

  /// The body for a request, or null if there is no such route.
  [[nodiscard]] const std::string* find(std::string_view method, std::string_view target) const {
    const auto path = target.substr(0, target.find('?'));
    if (method == "GET" && path == "/top")
      return &top;
    if (method == "GET" && path == "/rank")
      return &rank;
    if (method == "POST" && path == "/update")
      return &update;
    return nullptr;
  }
};

inline std::string new_request_id() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  std::string id(16, '0');
  auto bits = engine();
  for (auto& c : id) {
    c = "0123456789abcdef"[bits & 15];
    bits >>= 4;
  }
  return id;
}

/// What a parser made of the bytes at the front of what has arrived.
enum class found : std::uint8_t {
  part,    ///< the request is not complete yet
  request, ///< a request, which has been answered
  last,    ///< the same, and the connection ends with this answer
};

struct step {
  found what;
  std::size_t consumed; ///< bytes that need not be shown again
};

/// An event loop, run by one thread. The buffers are the loop's, so that an idle connection holds
/// none.
struct loop {
  asio::io_context io{1};
  std::array<char, 65'536> arrived{};
  std::string out;
};

/// `Parser`, one per connection, has
///   step take(std::string_view in, std::string& out)
/// which takes at most one request from the front of `in`, never empty, and appends its answer to
/// `out`; and `shared`, the type of what all parsers have in common, made from `answers`.
template <class Parser>
class connection : public std::enable_shared_from_this<connection<Parser>> {
public:
  connection(tcp::socket socket, loop& home, typename Parser::shared& common)
      : socket_(std::move(socket)), loop_(home), parser_(common) {}

  void start() {
    error_code failed;
    socket_.non_blocking(true, failed);
    socket_.set_option(tcp::no_delay(true), failed);
    await_bytes();
  }

private:
  static constexpr std::size_t enough = 262'144; ///< answers to send before more are made

  // The handlers own the connection: once none is waiting, it is closed.

  void await_bytes() {
    socket_.async_wait(tcp::socket::wait_read, [self = this->shared_from_this()](error_code e) {
      if (!e)
        self->read();
    });
  }

  void await_room() {
    socket_.async_wait(tcp::socket::wait_write, [self = this->shared_from_this()](error_code e) {
      if (!e)
        self->resume();
    });
  }

  void read() {
    error_code failed;
    const auto n = socket_.read_some(asio::buffer(loop_.arrived), failed);
    if (failed == asio::error::would_block)
      return await_bytes();
    if (failed)
      return;
    const std::string_view fresh{loop_.arrived.data(), n};
    answer(rest_.empty() ? fresh : rest_.append(fresh));
  }

  /// Answers the requests in `in`, all of a burst with one send, until it has no complete one.
  void answer(std::string_view in) {
    for (;;) {
      auto& out = loop_.out;
      out.clear();
      auto what = found::request;
      while (what == found::request && !in.empty() && out.size() < enough) {
        const auto taken = parser_.take(in, out);
        in.remove_prefix(taken.consumed);
        what = taken.what;
      }
      closing_ = what == found::last;
      const bool done = what == found::part || in.empty();
      const bool sent = send(out);
      if (closing_ && sent)
        return finish();
      if (done || !sent) {
        keep(in);
        return sent ? await_bytes() : await_room();
      }
    }
  }

  /// Keeps what the parser wants to see again; no memory if that is nothing.
  void keep(std::string_view in) {
    if (in.empty())
      rest_ = {};
    else if (rest_.empty())
      rest_ = in;
    else
      rest_.erase(0, rest_.size() - in.size());
  }

  /// Returns false if the client does not take all of it now; keeps the rest.
  bool send(std::string_view out) {
    if (out.empty())
      return true;
    error_code failed;
    const auto n = socket_.write_some(asio::buffer(out), failed);
    if (failed && failed != asio::error::would_block)
      return true; // the next read reports the same
    if (n == out.size())
      return true;
    unsent_ = out.substr(n);
    return false;
  }

  /// Goes on where a send stopped. Nothing is read meanwhile: a slow reader slows itself.
  void resume() {
    if (!send(std::exchange(unsent_, {})))
      return await_room();
    if (closing_)
      return finish();
    rest_.empty() ? await_bytes() : answer(rest_);
  }

  void finish() {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
  }

  tcp::socket socket_;
  loop& loop_;
  Parser parser_;
  std::string rest_;   ///< the start of a request that is not complete
  std::string unsent_; ///< answers that the client has not taken
  bool closing_ = false;
};

/// Listens, and deals the connections to the loops in turn.
template <class Parser>
class server {
public:
  server(std::uint16_t port, typename Parser::shared& common)
      : common_(common), loops_(std::max(2U, std::thread::hardware_concurrency())),
        acceptor_(loops_.front().io, {asio::ip::address_v4::loopback(), port}) {
    acceptor_.listen(asio::socket_base::max_listen_connections);
  }

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  void run() {
    accept();
    std::vector<std::jthread> threads;
    for (auto& each : loops_)
      threads.emplace_back([&each] {
        const auto open = asio::make_work_guard(each.io);
        each.io.run();
      });
  }

private:
  void accept() {
    auto& home = loops_[next_++ % loops_.size()];
    acceptor_.async_accept(home.io, [this, &home](error_code e, tcp::socket socket) {
      if (e)
        throw boost::system::system_error(e, "accept");
      auto made = std::make_shared<connection<Parser>>(std::move(socket), home, common_);
      asio::post(home.io, [made] { made->start(); });
      accept();
    });
  }

  typename Parser::shared& common_;
  std::vector<loop> loops_;
  tcp::acceptor acceptor_;
  std::size_t next_ = 0;
};

inline std::string json_of_size(std::size_t bytes) {
  const std::string frame = R"({"filler":""})";
  auto out = frame;
  if (bytes > frame.size())
    out.insert(frame.size() - 2, bytes - frame.size(), 'x');
  return out;
}

/// The main program of a candidate; its options are those of bench_floor.
template <class Parser>
int main_of(int argc, char** argv, const std::string& what, const std::string& name) {
  CLI::App app{what, name};
  std::uint16_t port = 0;
  std::size_t top = 1'600;
  std::size_t rank = 150;
  std::size_t update = 220;
  app.add_option("--port", port, "0 takes any free port");
  app.add_option("--top", top, "bytes answered to GET /top")->capture_default_str();
  app.add_option("--rank", rank, "bytes answered to GET /rank")->capture_default_str();
  app.add_option("--update", update, "bytes answered to POST /update")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    typename Parser::shared common{
        answers{json_of_size(top), json_of_size(rank), json_of_size(update)}};
    server<Parser> serving{port, common};
    std::cout << serving.port() << std::endl; // NOLINT: the parent process waits for this line
    serving.run();
    return 0;
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
}

} // namespace candidates
