#include "http/server/chunk_decoder.hpp"

#include "core/base/hex.hpp"

#include <algorithm>
#include <cctype>

namespace standings {

namespace {

constexpr std::size_t most_digits = 16;
constexpr std::size_t framing_slack = 65'536;

bool is_token_character(unsigned char c) {
  return std::isalnum(c)
         || std::string_view{"!#$%&'*+-.^_`|~"}.find(static_cast<char>(c))
                != std::string_view::npos;
}

/// Visible, blank, or a byte beyond ASCII.
bool is_value_character(unsigned char c) {
  return c == '\t' || (c >= ' ' && c != 127);
}

failure broken() {
  return fail(errc::malformed, "the chunks of the body are broken");
}

failure too_large() {
  return fail(errc::body_too_large, "the body is larger than accepted");
}

} // namespace

result<std::size_t> chunk_decoder::feed(std::string_view bytes, std::string& body) {
  std::size_t taken = 0;
  while (taken < bytes.size() && !done()) {
    if (state_ == state::data) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - taken));
      body.append(bytes.substr(taken, n));
      taken += n;
      left_ -= n;
      if (left_ == 0)
        state_ = state::data_end;
      continue;
    }
    if (const auto fine = take(bytes[taken]); !fine)
      return fine.error();
    ++taken;
    if (++framing_ > most_ + framing_slack)
      return too_large();
  }
  return taken;
}

/// Takes a byte of the framing. A CR has to be followed by LF, and a LF to follow a CR.
result<void> chunk_decoder::take(char c) {
  if (state_ == state::trailers)
    return take_trailer(c);
  const bool ends_line = after_return_ && c == '\n';
  if (after_return_ != ends_line || (c == '\n' && !ends_line))
    return broken();
  after_return_ = c == '\r';
  if (state_ == state::data_end) {
    if (ends_line)
      state_ = state::size;
    else if (!after_return_)
      return broken();
    return {};
  }
  if (ends_line)
    return end_size_line();
  if (after_return_)
    return {};
  if (state_ == state::size)
    return take_in_size(c);
  if (line_.size() >= max_line_bytes)
    return broken();
  line_ += c;
  return is_value_character(static_cast<unsigned char>(c)) ? result<void>{} : broken();
}

result<void> chunk_decoder::take_in_size(char c) {
  if (const int digit = hex_value(c); digit >= 0) {
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    has_digits_ = true;
    digits_ += left_ > 0 ? 1 : 0;
    return digits_ <= most_digits ? result<void>{} : broken();
  }
  if ((c != ';' && c != ' ' && c != '\t') || !has_digits_)
    return broken();
  state_ = state::extension;
  line_ = c;
  return {};
}

result<void> chunk_decoder::end_size_line() {
  if (!has_digits_ || !is_chunk_extension(line_))
    return broken();
  line_.clear();
  has_digits_ = false;
  digits_ = 0;
  state_ = left_ == 0 ? state::trailers : state::data;
  if (left_ > most_ - std::min<std::uint64_t>(total_, most_))
    return too_large();
  total_ += left_;
  return {};
}

result<void> chunk_decoder::take_trailer(char c) {
  if (++trailer_bytes_ > max_line_bytes)
    return fail(errc::headers_too_large, "the trailers of the body are larger than accepted");
  line_ += c;
  if (c != '\n')
    return {};
  if (line_ == "\r\n")
    state_ = state::done;
  else if (!is_field_line(line_))
    return broken();
  line_.clear();
  return {};
}

namespace {

/// Reads `*( BWS ";" BWS name [ BWS "=" BWS value ] )` of RFC 9112, 7.1.1.
class extension_reader {
public:
  explicit extension_reader(std::string_view text) : left_(text) {}

  bool read_all() {
    while (!left_.empty()) {
      skip_blanks();
      if (!take(';'))
        return false;
      skip_blanks();
      if (!take_token())
        return false;
      const auto after_name = left_;
      skip_blanks();
      if (!take('=')) {
        left_ = after_name;
        continue;
      }
      skip_blanks();
      if (!take_token() && !take_quoted())
        return false;
    }
    return true;
  }

private:
  void skip_blanks() {
    left_.remove_prefix(std::min(left_.find_first_not_of(" \t"), left_.size()));
  }

  bool take(char c) {
    if (!left_.starts_with(c))
      return false;
    left_.remove_prefix(1);
    return true;
  }

  bool take_token() {
    std::size_t n = 0;
    while (n < left_.size() && is_token_character(static_cast<unsigned char>(left_[n])))
      ++n;
    left_.remove_prefix(n);
    return n > 0;
  }

  bool take_quoted() {
    if (!take('"'))
      return false;
    while (!left_.empty() && !left_.starts_with('"'))
      left_.remove_prefix(left_.starts_with('\\') ? std::min<std::size_t>(2, left_.size()) : 1);
    return take('"');
  }

  std::string_view left_;
};

} // namespace

bool is_chunk_extension(std::string_view text) {
  return extension_reader{text}.read_all();
}

bool is_field_line(std::string_view line) {
  if (!line.ends_with("\r\n"))
    return false;
  line.remove_suffix(2);
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0)
    return false;
  const auto name = line.substr(0, colon);
  const auto value = line.substr(colon + 1);
  return std::all_of(name.begin(), name.end(), is_token_character)
         && std::all_of(value.begin(), value.end(), is_value_character);
}

} // namespace standings
