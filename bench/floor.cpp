/// The floor of bench/http_bench.sh: what httplib alone achieves on this machine. It answers
/// constants of the requested sizes and does nothing else.

#include <CLI/CLI.hpp>
#include <httplib.h>
#include <sys/socket.h>

#include <cstddef>
#include <iostream>
#include <limits>
#include <string>

namespace {

constexpr std::size_t threads = 64; // as many as the service has

class floor_server final : public httplib::Server {
public:
  floor_server() {
    new_task_queue = [] {
      return new httplib::ThreadPool(threads);
    };
    set_keep_alive_max_count(std::numeric_limits<int>::max());
    set_keep_alive_timeout(5);
    set_tcp_nodelay(true);
  }

  /// httplib's backlog of 5 would drop some of the load's connections.
  void deepen_backlog() { ::listen(svr_sock_, SOMAXCONN); }
};

std::string json_of_size(std::size_t bytes) {
  const std::string frame = R"({"filler":""})";
  auto out = frame;
  if (bytes > frame.size())
    out.insert(frame.size() - 2, bytes - frame.size(), 'x');
  return out;
}

httplib::Server::Handler constant(std::size_t bytes) {
  return [body = json_of_size(bytes)](const httplib::Request&, httplib::Response& rs) {
    rs.set_content(body, "application/json");
  };
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"A bare httplib server that answers constants", "bench_floor"};
  int port = 0;
  std::size_t top = 1'600;
  std::size_t rank = 150;
  std::size_t update = 220;
  app.add_option("--port", port, "0 takes any free port")->check(CLI::Range(0, 65'535));
  app.add_option("--top", top, "bytes answered to GET /top")->capture_default_str();
  app.add_option("--rank", rank, "bytes answered to GET /rank")->capture_default_str();
  app.add_option("--update", update, "bytes answered to POST /update")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  floor_server server;
  server.Get("/top", constant(top));
  server.Get("/rank", constant(rank));
  server.Post("/update", constant(update));
  const std::string host = "127.0.0.1";
  if (port == 0)
    port = server.bind_to_any_port(host);
  else if (!server.bind_to_port(host, port))
    port = -1;
  if (port < 0) {
    std::cerr << "cannot listen on " << host << '\n';
    return 1;
  }
  server.deepen_backlog();
  std::cout << port << std::endl; // NOLINT: the parent process waits for this line
  return server.listen_after_bind() ? 0 : 1;
}
