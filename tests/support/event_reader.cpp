#include "tests/support/event_reader.hpp"

#include <boost/json.hpp>

#include <sstream>
#include <utility>

namespace standings::test {

namespace {

stream_event parse_block(const std::string& block) {
  stream_event out;
  std::istringstream lines{block};
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(": ");
    if (colon == std::string::npos)
      continue;
    const auto name = line.substr(0, colon);
    auto value = line.substr(colon + 2);
    if (name == "event")
      out.event = std::move(value);
    else if (name == "id")
      out.id = std::move(value);
    else if (name == "data")
      out.data += (out.data.empty() ? "" : "\n") + value;
    else if (name == "retry")
      out.retry = std::move(value);
    else if (name.empty())
      out.comment = std::move(value);
  }
  return out;
}

} // namespace

boost::json::value stream_event::json() const {
  return boost::json::parse(data);
}

event_reader::event_reader(std::uint16_t port, const std::string& path, const std::string& headers)
    : event_reader(std::make_unique<raw_connection>(port), get_request(path, headers)) {}

event_reader::event_reader(std::unique_ptr<raw_connection> on, const std::string& request)
    : connection_(std::move(on)) {
  connection_->send(request);
  const auto text = connection_->read_until("\r\n\r\n").value_or("");
  head = parse_response_head(text);
  if (head.header("content-length").empty())
    return;
  head.body = connection_->read_bytes(std::stoul(head.header("content-length"))).value_or("");
  head.complete = true;
}

bool event_reader::fill() {
  if (head.header("transfer-encoding") != "chunked") {
    auto more = connection_->read_until("\n");
    text_ += more.value_or("");
    ended_ = !more;
    return !ended_;
  }
  const auto size = connection_->read_until("\r\n");
  if (!size)
    return false;
  const auto bytes = std::stoul(*size, nullptr, 16);
  auto chunk = connection_->read_bytes(bytes + 2);
  ended_ = bytes == 0 && chunk == "\r\n";
  if (!chunk || bytes == 0)
    return false;
  chunk->resize(bytes);
  text_ += *chunk;
  return true;
}

std::optional<stream_event> event_reader::next_block() {
  auto end = std::string::npos;
  while ((end = text_.find("\n\n")) == std::string::npos)
    if (!fill())
      return std::nullopt;
  auto out = parse_block(text_.substr(0, end));
  text_.erase(0, end + 2);
  return out;
}

stream_event event_reader::next() {
  while (auto block = next_block())
    if (!block->event.empty())
      return std::move(*block);
  return {};
}

bool event_reader::ends() {
  while (next_block()) {
  }
  return ended_ && connection_->closes();
}

} // namespace standings::test
