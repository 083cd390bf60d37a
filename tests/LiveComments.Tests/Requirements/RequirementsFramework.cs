using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("LiveComments.Tests.Requirements.RequirementsFramework", "LiveComments.Tests")]

namespace LiveComments.Tests.Requirements;

/// <summary>Runs tests as xunit does, and skips those of classes whose <see cref="RequirementAttribute"/> has an obstacle.</summary>
public sealed class RequirementsFramework(IMessageSink messages) : XunitTestFramework(messages)
{
    /// <summary>What keeps a class of tests from running; null when nothing does.</summary>
    internal static string? ObstacleOf(Type? type) => type?.GetCustomAttributes<RequirementAttribute>(inherit: true).Select(requirement => requirement.Obstacle).FirstOrDefault(obstacle => obstacle is not null);

    protected override ITestFrameworkDiscoverer CreateDiscoverer(IAssemblyInfo assemblyInfo) => new Discoverer(assemblyInfo, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Discoverer(IAssemblyInfo assembly, ISourceInformationProvider sources, IMessageSink messages) : XunitTestFrameworkDiscoverer(assembly, sources, messages)
    {
        protected override bool FindTestsForMethod(ITestMethod testMethod, bool includeSourceInformation, IMessageBus messageBus, ITestFrameworkDiscoveryOptions discoveryOptions) =>
            testMethod.Method.GetCustomAttributes(typeof(FactAttribute)).Any() && ObstacleOf(testMethod.TestClass.Class.ToRuntimeType()) is not null
                ? ReportDiscoveredTestCase(new SkippedTestCase(DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), testMethod), includeSourceInformation, messageBus)
                : base.FindTestsForMethod(testMethod, includeSourceInformation, messageBus, discoveryOptions);
    }
}
