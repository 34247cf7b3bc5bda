// SPDX-License-Identifier: MIT
// Run by the build: pack_rules OUT.cc FILE.toml… writes the rules as built_in.h declares
// them. A rule that is wrong stops the build with its file and line.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/text.h"
#include "rules/packed_texts.h"
#include "rules/rule_reader.h"

namespace unsent {
namespace {

std::string literal(std::string_view text) {
  return "R\"~~gate~~(" + std::string(text) + ")~~gate~~\"sv";
}

class Packer : public RuleSink {
 public:
  Packer(std::string name, PackedTexts& texts, std::string& out)
      : name_(std::move(name)), texts_(texts), out_(out) {}
  void begin_rule(unsigned line) override { field(line, "[[rule]]", name_); }
  void field(unsigned line, std::string_view key, std::string_view value) override {
    out_ +=
        "  {" + std::to_string(line) + ", " + texts_.add(key) + ", " + texts_.add(value) + "},\n";
  }
  void end_rule() override {}
  void problem(unsigned, const std::string&) override {}

 private:
  std::string name_;
  PackedTexts& texts_;
  std::string& out_;
};

std::string base_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

std::string gates_of(const std::vector<Rule>& rules) {
  std::vector<std::string> lines;
  for (const Rule& rule : rules)
    for (const FieldCondition& gate : rule.gates)
      lines.push_back("  {" + literal(gate.field) + ", " + literal(lower(gate.text)) + "},\n");
  std::sort(lines.begin(), lines.end());  // those of one field beside each other
  std::string out;
  for (const std::string& line : lines) out += line;
  return out;
}

int pack(const std::string& out_path, const std::vector<std::string>& paths) {
  std::string fields;
  PackedTexts texts;
  std::vector<Rule> rules;
  std::vector<std::string> problems;
  for (const std::string& path : paths) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    RuleReader reader(path, rules, problems);
    read_rule_file(text, reader);
    Packer packer(base_name(path), texts, fields);
    read_rule_file(text, packer);
  }
  for (const std::string& problem : problems) std::fprintf(stderr, "%s\n", problem.c_str());
  if (!problems.empty() || rules.empty()) return 1;
  std::ofstream out(out_path, std::ios::binary);
  out << "#include \"rules/built_in.h\"\n#include <iterator>\nnamespace unsent {\nusing namespace "
         "std::literals;\n"
      << "const BuiltInField kBuiltInRules[] = {\n"
      << fields << "};\n"
      << "const std::size_t kBuiltInRules_size = std::size(kBuiltInRules);\n"
      << "const char kBuiltInRuleTexts[] = {\n"
      << texts.literal() << "};\n"
      << "const BuiltInGate kBuiltInGates[] = {\n"
      << gates_of(rules) << "  {{}, {}}};\n"
      << "const std::size_t kBuiltInGates_size = std::size(kBuiltInGates) - 1;\n"
      << "}  // namespace unsent\n";
  return out.flush() ? 0 : 1;
}

}  // namespace
}  // namespace unsent

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  return unsent::pack(argv[1], {argv + 2, argv + argc});
}
