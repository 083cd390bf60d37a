namespace LiveComments.Tests.Browser;

/// <summary>A test that needs node and TypeScript, which npm brings into the artifacts folder; without them it is reported as skipped, with the reason.</summary>
internal sealed class RequiresTypeScriptFactAttribute : FactAttribute
{
    private static readonly (string Path, string? Obstacle) TypeScript =
        new RequiresFactAttribute("node").Skip is { } missing ? ("", missing) : NpmPackage.Bring("typescript", "typescript", "7.0.2", "typescript/bin/tsc");

    /// <summary>The compiler, a script of node's.</summary>
    public static string Compiler => TypeScript.Path;

    public RequiresTypeScriptFactAttribute() => Skip = TypeScript.Obstacle;
}
