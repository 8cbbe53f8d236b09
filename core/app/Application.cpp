#include "app/Application.h"

#include "app/Logging.h"
#include "app/Service.h"
#include "settings/Settings.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>
#include <Poco/Path.h>
#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionCallback.h>

#include <filesystem>
#include <iostream>
#include <system_error>

namespace nearcache {

using Poco::Util::Option;
using Poco::Util::OptionCallback;

Application::Application() {
    setUnixOptions(true);
}

void Application::defineOptions(Poco::Util::OptionSet& options) {
    ServerApplication::defineOptions(options);
    options.addOption(Option("config", "c", "the YAML file to configure it by")
                          .argument("FILE")
                          .callback(OptionCallback<Application>(this, &Application::onConfig)));
    options.addOption(Option("help", "h", "say how it is called, and end")
                          .callback(OptionCallback<Application>(this, &Application::onHelp)));
    options.addOption(Option("version", "v", "say which release this is, and end")
                          .callback(OptionCallback<Application>(this, &Application::onVersion)));
}

void Application::onHelp(const std::string& /*name*/, const std::string& /*value*/) {
    Poco::Util::HelpFormatter formatter(options());
    formatter.setCommand("nearcache");
    formatter.setUsage("--config=FILE");
    formatter.setHeader(
        "A near cache for Redis, over HTTP and RESP. It runs in the foreground until SIGTERM or SIGINT.");
    formatter.format(std::cout);
    _informationOnly = true;
    stopOptionsProcessing();
}

void Application::onVersion(const std::string& /*name*/, const std::string& /*value*/) {
    std::cout << "nearcache " << NEARCACHE_VERSION << '\n';
    _informationOnly = true;
    stopOptionsProcessing();
}

void Application::onConfig(const std::string& /*name*/, const std::string& value) {
    _configFile = value;
}

int Application::main(const std::vector<std::string>& arguments) {
    if (_informationOnly)
        return EXIT_OK;
    if (_configFile.empty() || !arguments.empty()) {
        std::cerr << "nearcache: expected --config=FILE"
                  << (arguments.empty() ? "" : ", got '" + arguments.front() + "'") << "; see nearcache --help\n";
        return EXIT_USAGE;
    }
    try {
        return serve(loadSettings(_configFile));
    } catch (const SettingsError& error) {
        std::cerr << error.what() << '\n';
        return EXIT_CONFIG;
    } catch (const Poco::Exception& error) {
        std::cerr << "nearcache: " << error.displayText() << '\n';
    } catch (const std::exception& error) {
        std::cerr << "nearcache: " << error.what() << '\n';
    }
    return EXIT_SOFTWARE;
}

int Application::serve(const Settings& settings) {
    startLogging(settings.logLevel);
    Service service(settings, pluginsFolder(settings));
    service.start();
    waitForTerminationRequest();
    Poco::Logger::get("nearcache").information("ending");
    service.finish();
    Poco::Logger::get("nearcache").information("ended");
    return EXIT_OK;
}

std::string Application::pluginsFolder(const Settings& settings) const {
    if (settings.pluginsPath.empty())
        return config().getString("application.dir");
    if (std::error_code error; !std::filesystem::is_directory(settings.pluginsPath, error))
        throw SettingsError(settings.pluginsPathWhere, "plugins.path", "there is no folder " + settings.pluginsPath);
    return settings.pluginsPath;
}

} // namespace nearcache
