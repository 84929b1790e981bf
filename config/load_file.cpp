#include "config/load_file.hpp"

#include "config/load_problems.hpp"
#include "config/paths.hpp"
#include "config/text_file.hpp"
#include "config/token_list.hpp"
#include "config/values.hpp"
#include "config/yaml_document.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>

namespace standings {

namespace {

constexpr std::size_t longest_file = 16 << 20; ///< of a file

/// The only key that is no option: its value is a list of sections.
constexpr auto tokens_key = "tokens";

/// The sections and options, i.e. every key that a file may contain.
std::vector<std::string> known_keys() {
  auto keys = option_paths();
  keys.emplace_back(tokens_key);
  for (const auto& path : option_paths())
    for (auto end = path.find('.'); end != std::string::npos; end = path.find('.', end + 1))
      if (const auto section = path.substr(0, end);
          std::find(keys.begin(), keys.end(), section) == keys.end())
        keys.push_back(section);
  return keys;
}

/// Walks a YAML document and applies its options.
class file_reader {
public:
  file_reader(std::string name, load_outcome& out) : name_(std::move(name)), out_(out) {}

  /// Reads `text`, the content of the file.
  void read(const std::string& text) {
    const auto tell = [this](const YAML::Mark& mark, const std::string& what) {
      report(mark, what);
    };
    try {
      if (const auto root = only_document(text, tell))
        read_root(*root);
    } catch (const YAML::Exception& e) {
      // what follows a colon in the parser's message is quoted from the file
      report(e.mark, "not valid YAML: " + e.msg.substr(0, e.msg.find(':')));
    }
  }

private:
  void read_root(const YAML::Node& root) {
    if (root.IsMap())
      read_section(root, "");
    else if (!root.IsNull())
      report(root.Mark(), "has to consist of sections such as http:");
  }

  void read_section(const YAML::Node& section, const std::string& prefix) {
    for (const auto& entry : section) {
      if (!entry.first.IsScalar())
        report(entry.first.Mark(), "a key has to be plain text");
      else
        read_entry(entry.first, entry.second, prefix);
    }
  }

  void read_entry(const YAML::Node& key, const YAML::Node& value, const std::string& prefix) {
    const auto path = prefix + key.Scalar();
    const auto* known = find_option(path);
    if (path == tokens_key)
      return read_token_list(key, value);
    if (!known && !is_section(path))
      return report_unknown(key, value, prefix);
    if (!seen_.insert(path).second)
      return report(key.Mark(), "duplicate key '" + path + "'");
    if (known)
      read_value(*known, key, value);
    else if (value.IsMap())
      read_section(value, path + ".");
    else if (!value.IsNull())
      report(key.Mark(), path + ": has to be a section with keys of its own");
  }

  void read_token_list(const YAML::Node& key, const YAML::Node& value) {
    if (!seen_.insert(tokens_key).second)
      return report(key.Mark(), "duplicate key 'tokens'");
    out_.value.tokens = read_tokens(
        value, [this](const YAML::Mark& mark, const std::string& what) { report(mark, what); });
  }

  void read_value(const option& o, const YAML::Node& key, const YAML::Node& value) {
    out_.file_holds_secret |= o.secret && value.IsScalar() && !value.Scalar().empty();
    if (o.list && value.IsSequence())
      read_list(o, value);
    else if (value.IsScalar())
      apply(o, value.Scalar(), at(key.Mark()), out_);
    else if (o.mapping && value.IsMap())
      apply(o, mapping_text(value), at(key.Mark()), out_);
    else if (value.IsNull())
      report(key.Mark(), o.path + ": has no value; write \"\" for an empty text");
    else
      report(key.Mark(), o.path + ": has to be a single value, not a list or a section");
  }

  /// A sequence as the text that the option parses.
  void read_list(const option& o, const YAML::Node& value) {
    std::string text;
    for (const auto& one : value) {
      if (!one.IsScalar() || one.Scalar().find(',') != std::string::npos)
        return report(one.Mark(), o.path + ": has to be a list of texts without commas");
      text += (text.empty() ? "" : ",") + one.Scalar();
    }
    apply(o, text, at(value.Mark()), out_);
  }

  /// `a=1,b.c=2` for a section in which there may be others; what is not a plain text is left
  /// empty, and so refused by the option.
  static std::string mapping_text(const YAML::Node& section, const std::string& prefix = {}) {
    std::string out;
    for (const auto& entry : section) {
      const auto name = prefix + (entry.first.IsScalar() ? entry.first.Scalar() : "");
      const bool nested = prefix.empty() && entry.second.IsMap() && entry.second.size() > 0;
      out.append(out.empty() ? "" : ",");
      out += nested ? mapping_text(entry.second, name + ".")
                    : name + "=" + (entry.second.IsScalar() ? entry.second.Scalar() : "");
    }
    return out;
  }

  /// An unknown key without a value may be a secret that lost its key.
  void report_unknown(const YAML::Node& key, const YAML::Node& value, const std::string& prefix) {
    const auto path = prefix + key.Scalar();
    const auto meant = nearest(path, known_keys());
    const auto section = prefix.substr(0, prefix.find('.'));
    if (!meant && value.IsNull() && holds_secret(section))
      return report(key.Mark(), "unknown key in '" + section + "', without a value");
    report(key.Mark(), unknown("key", path, meant));
  }

  void report(const YAML::Mark& mark, const std::string& what) {
    out_.problems.push_back(at(mark) + ": " + what);
  }

  [[nodiscard]] std::string at(const YAML::Mark& mark) const {
    return mark.is_null() ? name_ : name_ + ":" + std::to_string(mark.line + 1);
  }

  std::string name_;
  load_outcome& out_;
  std::set<std::string> seen_;
};

} // namespace

void read_file(const std::string& name, load_outcome& out) {
  const auto text = read_text_file(name, longest_file);
  if (!text)
    return out.problems.push_back(name + ": " + text.error().detail);
  file_reader{name, out}.read(*text);
  if (out.file_holds_secret && everybody_may_read(name))
    out.notes.push_back(name + " holds a secret, and every user of this machine can read it:"
                        + " chmod 600 (or 640, for a group)");
}

void read_tokens_file(load_outcome& out) {
  if (out.value.tokens_file.empty())
    return;
  const auto name = resolve_path(out.value, out.value.tokens_file);
  const auto report = [&](const YAML::Mark& mark, const std::string& what) {
    const auto where = mark.is_null() ? name : name + ":" + std::to_string(mark.line + 1);
    out.problems.push_back(where + ": " + what);
  };
  const auto text = read_text_file(name, longest_file);
  if (!text)
    return out.problems.push_back("tokens_file: " + name + " " + text.error().detail);
  if (text->find_first_not_of(" \t\r\n") == std::string::npos) // cut short, perhaps
    return out.problems.push_back("tokens_file: " + name + " is empty; write [] for no tokens");
  try {
    const auto list = only_document(*text, report);
    if (!list)
      return;
    const auto more = read_tokens(*list, report);
    out.value.tokens.insert(out.value.tokens.end(), more.begin(), more.end());
  } catch (const YAML::Exception& e) {
    report(e.mark, "not valid YAML");
  }
}

} // namespace standings
