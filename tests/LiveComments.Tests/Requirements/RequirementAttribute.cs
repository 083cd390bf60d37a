namespace LiveComments.Tests.Requirements;

/// <summary>Something that a class of tests needs and not every machine has. Without it every test of the class, also an inherited one, is reported as skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class RequirementAttribute : Attribute
{
    /// <summary>What is missing; null when nothing is.</summary>
    public abstract string? Obstacle { get; }
}
