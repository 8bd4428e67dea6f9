#!/usr/bin/env bash
# New servers from the released cookbooks, with the application that runs now and never a newer one.
set -euo pipefail

application=shop
group=$DEPLOY_ENVIRONMENT
releases=shop-releases # a bucket with COMMIT.zip for each commit of the application

# Those that others depend on come first. What an earlier try has uploaded is frozen, and stays as it is.
for cookbook in $COOKBOOKS; do
  version=$(jq --raw-output --arg name "$cookbook" '.[$name]' <<<"$COOKBOOK_VERSIONS")
  knife cookbook show "$cookbook" "$version" >/dev/null 2>&1 ||
    knife cookbook upload "$cookbook" --freeze --cookbook-path cookbooks
done

# What runs now is read before anything changes: the commit that serves on ECS, where the application runs there too;
# else what CodeDeploy last deployed with success. What it tried last may have failed.
if [[ -n $CURRENT_COMMIT ]]; then
  revision=$(jq --null-input --compact-output --arg bucket "$releases" --arg key "$CURRENT_COMMIT.zip" \
    '{revisionType: "S3", s3Location: {bucket: $bucket, key: $key, bundleType: "zip"}}')
else
  last=$(aws deploy get-deployment-group --application-name "$application" --deployment-group-name "$group" \
    --query deploymentGroupInfo.lastSuccessfulDeployment.deploymentId --output text)
  if [[ $last == None ]]; then
    echo "No deployment of $application to $group has succeeded yet: deploy the application first." >&2
    exit 1
  fi
  revision=$(aws deploy get-deployment --deployment-id "$last" --query deploymentInfo.revision --output json)
fi

terraform -chdir=infra apply -auto-approve -input=false

# Your tests of the new servers, Serverspec for instance: where they fail, nothing is deployed to any server.
[[ ! -f infra/verify.sh ]] || bash infra/verify.sh

# Every server of the group, the new ones among them. One that fails makes this deploy red.
deployment=$(aws deploy create-deployment --application-name "$application" --deployment-group-name "$group" \
  --revision "$revision" --description "Infrastructure: $COOKBOOKS" \
  --query deploymentId --output text)
aws deploy wait deployment-successful --deployment-id "$deployment"
echo "The servers of $group run $revision"
