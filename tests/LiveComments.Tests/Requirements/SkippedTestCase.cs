using Xunit.Abstractions;
using Xunit.Sdk;

namespace LiveComments.Tests.Requirements;

/// <summary>A test whose class needs something that is missing.</summary>
public sealed class SkippedTestCase : XunitTestCase
{
    [Obsolete("For xunit, which fills it in.", error: true)]
    public SkippedTestCase()
    {
    }

    public SkippedTestCase(IMessageSink messages, TestMethodDisplay display, ITestMethod method)
        : base(messages, display, TestMethodDisplayOptions.None, method)
    {
    }

    protected override string GetSkipReason(IAttributeInfo factAttribute) => RequirementsFramework.ObstacleOf(TestMethod.TestClass.Class.ToRuntimeType()) ?? base.GetSkipReason(factAttribute);
}
