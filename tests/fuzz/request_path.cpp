#include "tests/fuzz/request_path.hpp"

#include "app/edge.hpp"
#include "http/api/followed_named.hpp"
#include "log/lines.hpp"
#include "log/log.hpp"
#include "tests/support/alias_file.hpp"

#include <boost/json.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <spdlog/sinks/base_sink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <stdexcept>

namespace standings::test {

namespace {

using clock = std::chrono::steady_clock;

/// Longer than any answer takes.
constexpr std::chrono::seconds patience{60};

/// Prints lines and throws them away.
class checking_sink final : public spdlog::sinks::base_sink<std::mutex> {
  void sink_it_(const spdlog::details::log_msg& msg) override {
    const auto line = json_line({msg.time,
                                 msg.level,
                                 {msg.logger_name.data(), msg.logger_name.size()},
                                 {msg.payload.data(), msg.payload.size()},
                                 fields_of_this_line()});
    boost::system::error_code error;
    [[maybe_unused]] const auto parsed = boost::json::parse(line, error);
    if (error || line.find('\n') != line.size() - 1)
      report_defect("this is not one line of JSON: " + line);
  }
  void flush_() override {}
};

/// SQLite, the cache in memory, some tokens, and what makes the edge look at more headers.
config settings_in(const temp_dir& dir) {
  config out;
  out.data_dir = dir.path().string();
  out.leaderboard.rollover = rollover_mode::off;
  out.http.cors_origins = {"https://a.example"};
  out.http.trusted_proxies = {"127.0.0.1", "10.0.0.0/8"};
  out.admin.open_on_loopback = true;
  out.admin.token = "a-token-for-the-administrator";
  out.tokens = {{"reader",
                 "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
                 "t",
                 {"read"}}}; // of `password`
  return out;
}

backends stores_for(const config& settings) {
  auto made = make_backends(settings);
  if (!made)
    throw std::runtime_error("no stores: " + explain(made.error()));
  return std::move(*made);
}

edge_options edge_for(const config& settings) {
  auto out = edge_options_for(settings);
  out.server.limits.loops = 1;
  return out;
}

void add_aliases(const temp_dir& dir) {
  const alias_file source{dir / "sports_data.db"};
  source.add(alias_type::team, 7, "rmcf");
  source.add(alias_type::player, 10, "mbappe");
  source.add(alias_type::league, 1, "ucl");
  source.add(alias_type::market, 3, "1x2");
}

} // namespace

request_path::request_path()
    : settings_(settings_in(dir_)), stores_(stores_for(settings_)),
      shared_(edge_for(settings_).api, edge_for(settings_).server.limits.max_in_flight / 2),
      server_(edge_for(settings_).server) {
  set_log_sink(std::make_shared<checking_sink>());
  set_access_log(access_log::all);
  ::signal(SIGPIPE, SIG_IGN); // as the threads of event loops do
  add_aliases(dir_);
  running_ = start_service(system_, settings_, stores_,
                           [](const service_faces&) { return std::vector<supervised>{}; });
  shared_.server = &server_;
  server_.set_routes([this](event_loop& loop) {
    const auto& faces = running_.faces;
    loop_ = &loop;
    shared_.boards = std::make_unique<board_feed>(
        loop.context(), follow_default(faces.cache_reads(loop.context()), faces.cache),
        [this](const std::string& id) { return follow_named(*api_, id); });
    api_ = std::make_unique<api>(system_, loop.context(), faces, edge_for(settings_).api, shared_,
                                 loop.shared().rates);
    shared_.reads.push_back(api_->boards.counts());
    return make_routes(*api_);
  });
  work_ =
      std::make_unique<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>>(
          loop().get_executor());
}

request_path::~request_path() {
  {
    caf::scoped_actor self{system_};
    caf::anon_send_exit(running_.root, caf::exit_reason::user_shutdown);
    self->wait_for(running_.root);
  }
  shared_.calls.join();
  shared_.boards->end();
  work_.reset();
  server_.run_posted();
  api_.reset();
  shared_.boards.reset();
}

std::string request_path::exchange(std::string_view bytes, std::size_t piece) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0)
    throw std::runtime_error("no socket pair");
  auto& open = loop_->shared().connections;
  if (!open.enter(settings_.http.max_connections))
    report_defect("connections stay open");
  loop_->adopt(ends[1], "127.0.0.1");
  std::string said;
  serve(bytes, piece, ends[0], said);
  ::close(ends[0]);
  const auto give_up = clock::now() + patience;
  while (open.count() > 0) {
    loop().run_one_for(std::chrono::milliseconds{10});
    if (clock::now() > give_up)
      report_defect("a connection stays open when its client has gone");
  }
  return said;
}

void request_path::serve(std::string_view bytes, std::size_t piece, int client, std::string& said) {
  const auto give_up = clock::now() + patience;
  bool sending = true;
  for (bool open = true; open;) {
    if (sending && bytes.empty()) {
      ::shutdown(client, SHUT_WR);
      sending = false;
    }
    if (sending) {
      const auto n = ::send(client, bytes.data(), std::min(piece, bytes.size()), 0);
      if (n > 0)
        bytes.remove_prefix(static_cast<std::size_t>(n));
      else if (errno != EAGAIN)
        sending = false; // the server takes no more
      loop().poll();
    } else {
      loop().run_one_for(std::chrono::milliseconds{10});
    }
    std::array<char, 65'536> buffer; // NOLINT: written before it is read
    ssize_t n = 0;
    while ((n = ::recv(client, buffer.data(), buffer.size(), 0)) > 0)
      said.append(buffer.data(), static_cast<std::size_t>(n));
    open = n < 0 && errno == EAGAIN;
    if (clock::now() > give_up)
      report_defect("no end of the answers after: " + said);
  }
}

void report_defect(const std::string& why) {
  std::fprintf(stderr, "Defect: %s\n", why.c_str());
  std::abort();
}

} // namespace standings::test
