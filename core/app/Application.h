#pragma once

/// The process: command line, configuration, logging, signals.

#include <Poco/Util/ServerApplication.h>

#include <string>
#include <vector>

namespace nearcache {

struct Settings;

class Application final : public Poco::Util::ServerApplication {
  public:
    Application();

  private:
    void defineOptions(Poco::Util::OptionSet& options) override;
    int main(const std::vector<std::string>& arguments) override;

    void onHelp(const std::string& name, const std::string& value);
    void onVersion(const std::string& name, const std::string& value);
    void onConfig(const std::string& name, const std::string& value);

    int serve(const Settings& settings);
    [[nodiscard]] std::string pluginsFolder(const Settings& settings) const;

    std::string _configFile;
    bool _informationOnly = false;
};

} // namespace nearcache
