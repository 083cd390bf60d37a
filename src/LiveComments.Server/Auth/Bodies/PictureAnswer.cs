namespace LiveComments.Server.Auth.Bodies;

/// <summary>Where an uploaded picture is, as a path on the server.</summary>
internal sealed record PictureAnswer(string PictureUrl);
