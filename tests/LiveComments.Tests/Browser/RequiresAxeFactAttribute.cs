namespace LiveComments.Tests.Browser;

/// <summary>A test that needs a browser and axe-core, which npm brings into the artifacts folder; without them it is reported as skipped, with the reason.</summary>
internal sealed class RequiresAxeFactAttribute : FactAttribute
{
    private static readonly (string Path, string? Obstacle) Axe =
        new RequiresFactAttribute(Chromium.Program).Skip is { } missing ? ("", missing) : NpmPackage.Bring("axe", "axe-core", "4.14.1", "axe-core/axe.min.js");

    public static string Script => Axe.Path;

    public RequiresAxeFactAttribute() => Skip = Axe.Obstacle;
}
